// A link to a question opens it. Browsers do it for what is inside a closed <details>, but not all of them yet.
function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const details = target && target.closest("details");
  if (details && !details.open) {
    details.open = true;
    target.scrollIntoView();
  }
}

openTarget();
window.addEventListener("hashchange", openTarget);
