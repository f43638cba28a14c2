// The page of long work ends with a link to its result: go there as soon as it has arrived.
const link = document.querySelector("[data-follow]");
if (link) {
  location.replace(link.href);
}
