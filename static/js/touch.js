// What fingers do: loaded where there are fingers.
if (matchMedia("(pointer: coarse)").matches) import("./touch/gestures.js");
