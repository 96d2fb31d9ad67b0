// The demo page's own little CRM. It knows of the chat only what any host page knows: `window.WhatsAppWidget`.
const people = [
  {
    name: 'Anna Bianchi',
    company: 'Studio Bianchi',
    phone: '+39 333 123 4567',
    stage: 'Customer',
    owner: 'You',
    next: 'Send the offer for the second room',
  },
  {
    name: 'Дмитрий Орлов',
    company: 'Орлов и сыновья',
    phone: '+7 912 345-67-89',
    stage: 'Lead',
    owner: 'You',
    next: 'Call back about delivery',
  },
  {
    name: 'Marco Rossi',
    company: 'Rossi Arredi',
    phone: '+39 347 765 4321',
    stage: 'Negotiation',
    owner: 'Giulia',
    next: 'Agree on the discount',
  },
  {
    name: 'Sofia Conti',
    company: 'Conti & Partner',
    phone: '+39 320 269 6323',
    stage: 'Customer',
    owner: 'You',
    next: 'Ask how the installation went',
  },
  {
    name: 'Emily Carter',
    company: 'Northway Ltd',
    phone: '+44 7700 900123',
    stage: 'Lead',
    owner: 'Giulia',
    next: 'Introduce the product',
  },
  {
    name: 'Youssef Haddad',
    company: 'Haddad Trading',
    phone: '+971 50 123 4567',
    stage: 'Customer',
    owner: 'You',
    next: 'Renew the contract',
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
    element('td', {}, element('span', { className: 'stage', textContent: person.stage })),
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
