// What EspoCRM does to its page, as far as a widget notices: Bootstrap 3's enforceFocus, and shortcuts that are caught
// at `document` in the capture phase and are told "not typing" about a shadow host.
const modal = document.querySelector('.modal');
const seen = document.querySelector('#keys');

document.addEventListener(
  'focus',
  (event) => {
    if (!modal.hidden && event.target !== modal && !modal.contains(event.target)) modal.focus();
  },
  true,
);
document.addEventListener(
  'keydown',
  (event) => {
    if (/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
    seen.textContent += `${event.key} `;
  },
  true,
);
document.querySelector('#edit').addEventListener('click', () => {
  modal.hidden = false;
  modal.focus();
});
document.querySelector('#done').addEventListener('click', () => {
  modal.hidden = true;
});
