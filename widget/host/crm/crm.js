// The demo page's own little CRM. It knows of the chat only what any host page knows: `window.WhatsAppWidget`.
// The same people live in the sandbox's world, except the last: a number without a chat.
const people = [
  {
    name: 'Giulia Rossi',
    company: 'Studio Rossi',
    phone: '+39 333 123 4567',
    stage: 'Customer',
    owner: 'You',
    next: 'Move the appointment to Friday',
  },
  {
    name: 'Анна Смирнова',
    company: 'Частное лицо',
    phone: '+7 916 123-45-67',
    stage: 'Lead',
    owner: 'You',
    next: 'Tell her the opening hours',
  },
  {
    name: 'Marco Bianchi',
    company: 'Bianchi Arredi',
    phone: '+39 347 881 2043',
    stage: 'Negotiation',
    owner: 'Sara',
    next: 'Agree on the discount',
  },
  {
    name: 'Emma Clarke',
    company: 'Northway Ltd',
    phone: '+44 7700 900123',
    stage: 'Customer',
    owner: 'You',
    next: 'Ask how the visit went',
  },
  {
    name: 'Sofia Conti',
    company: 'Conti & Partner',
    phone: '+39 338 555 0011',
    stage: 'Customer',
    owner: 'Sara',
    next: 'Renew the contract',
  },
  {
    name: 'Luca Ferrari',
    company: 'Officina Ferrari',
    phone: '+39 320 987 6543',
    stage: 'Lead',
    owner: 'You',
    next: 'Send the price list',
  },
  {
    name: 'Дмитрий Орлов',
    company: 'Орлов и сыновья',
    phone: '+7 903 765-43-21',
    stage: 'Customer',
    owner: 'You',
    next: 'Confirm the delivery',
  },
  {
    name: 'Youssef Haddad',
    company: 'Haddad Trading',
    phone: '+971 50 123 4567',
    stage: 'New',
    owner: 'You',
    next: 'Introduce ourselves',
  },
];

const body = document.querySelector('[data-people]');
const record = document.querySelector('[data-record]');

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function write(event, person) {
  event.preventDefault();
  window.WhatsAppWidget?.openChat(person.phone);
}

function phoneLink(person) {
  const link = element('a', {
    className: 'tel',
    href: `tel:${person.phone.replace(/[^+\d]/g, '')}`,
    textContent: person.phone,
  });
  link.addEventListener('click', (event) => write(event, person));
  return link;
}

// What is said before the loader is there waits in the queue.
window.Chatdock ??= function () {
  (window.Chatdock.q ??= []).push(arguments);
};

/** A row of ours as the chat's card shows it. */
const asRecord = (person) => ({
  entityType: 'Contact',
  id: `${people.indexOf(person) + 1}`,
  name: person.name,
  phones: [person.phone],
  facts: [
    { label: 'Company', value: person.company },
    { label: 'Stage', value: person.stage },
    { label: 'Owner', value: person.owner },
    { label: 'Next step', value: person.next },
  ],
});
const digits = (phone) => phone.replace(/\D/g, '');

window.Chatdock('setCrm', {
  find({ phone, text }) {
    const isIt = phone
      ? (person) => digits(person.phone) === digits(phone)
      : (person) => `${person.name} ${person.company}`.toLowerCase().includes(text.toLowerCase());
    return people.filter(isIt).map(asRecord);
  },
  open: ({ id }) => show(people[id - 1]),
});

function show(person) {
  for (const row of body.children) row.classList.toggle('chosen', row.dataset.name === person.name);
  const button = element('button', { type: 'button', className: 'write', textContent: 'Write on WhatsApp' });
  button.addEventListener('click', (event) => write(event, person));
  const field = (label, value) =>
    element('div', {}, element('dt', { textContent: label }), element('dd', {}, value));
  record.replaceChildren(
    element('h2', { id: 'record-name', textContent: person.name }),
    element('p', { textContent: person.company }),
    element(
      'dl',
      {},
      field('Phone', phoneLink(person)),
      field('Stage', element('span', { className: 'stage', textContent: person.stage })),
      field('Owner', person.owner),
      field('Next step', person.next),
    ),
    button,
  );
  window.Chatdock('setContext', asRecord(person));
}

for (const person of people) {
  const name = element('button', { type: 'button', textContent: person.name });
  name.addEventListener('click', () => show(person));
  const row = element(
    'tr',
    {},
    element('td', {}, name),
    element('td', { textContent: person.company }),
    element('td', {}, phoneLink(person)),
  );
  row.dataset.name = person.name;
  body.append(row);
}
show(people[0]);

const answer = await fetch('/demo.json').catch(() => undefined);
if (answer?.ok) {
  const { sandboxUrl, firstSignIn } = await answer.json();
  const link = document.querySelector('[data-sandbox-url]');
  if (sandboxUrl) {
    link.href = link.dataset.sandboxUrl = sandboxUrl;
    link.hidden = false;
  }
  if (firstSignIn) {
    const note = document.querySelector('[data-first-sign-in]');
    note.querySelector('[data-email]').textContent = firstSignIn.email;
    note.hidden = false;
  }
}
