// A key that was pressed elsewhere, or too early, pressed again where it belongs.

export function copyOf(event) {
  const { key, code, keyCode, shiftKey, ctrlKey, metaKey, altKey, isComposing } = event;
  const modifierAltGraph = event.getModifierState("AltGraph");
  const pressed = { key, code, keyCode, shiftKey, ctrlKey, metaKey, altKey, isComposing, modifierAltGraph };
  return new KeyboardEvent("keydown", { ...pressed, bubbles: true, cancelable: true });
}
