// An attachment dragged out of the window is saved where it is dropped (Chromium's DownloadURL).

document.addEventListener("dragstart", (event) => {
  const file = event.target.closest?.(".file");
  const save = file?.querySelector(".file-save");
  if (!save) return;
  // The name ends at a colon.
  const name = file.querySelector(".file-name").textContent.replaceAll(":", "_");
  event.dataTransfer.setData("DownloadURL", `application/octet-stream:${name}:${save.href}`);
  event.dataTransfer.effectAllowed = "copy";
});
