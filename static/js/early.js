// Before the first paint, so that nothing moves: what only works without scripts is not shown (base.css).
document.documentElement.classList.add("js");
