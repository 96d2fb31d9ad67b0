/**
 * The stems of the passwords people choose most. With the rules below (case, look-alike letters, digits and signs
 * around the stem, repetitions, keyboard runs) they stand for many thousands of passwords of ten characters and more;
 * every shorter one of the known lists is refused for its length already.
 */
const stems = new Set(
  `password passwort passw0rd parola parol senha contrasena motdepasse wachtwoord heslo haslo sifre
  admin administrator administrador root toor guest user username login signin welcome willkommen benvenuto bienvenue
  letmein changeme change default secret secrets private test tester testing temp temporary demo sample example
  master superman batman spiderman ironman pokemon starwars startrek gandalf dragon monkey shadow sunshine princess
  football baseball basketball soccer hockey liverpool chelsea arsenal juventus barcelona realmadrid manchester
  iloveyou loveyou lovely loveme forever family friends friend freedom flower butterfly chocolate cookie cheese
  computer internet laptop windows samsung iphone android google facebook instagram twitter youtube whatsapp telegram
  microsoft apple amazon netflix linkedin yahoo hotmail gmail outlook office server database oracle mysql docker
  michael jordan jennifer jessica ashley charlie thomas robert daniel andrew joshua matthew anthony william
  alexander christopher nicole natasha svetlana tatiana vladimir dmitry sergey alexey alexander andrey maria giulia
  francesco giuseppe alessandro antonio marco lorenzo valentina summer winter spring autumn monday tuesday wednesday
  thursday friday saturday sunday january february march april june july august september october november december
  london paris berlin moscow moskva roma milano napoli italia italy russia germany america canada australia newyork
  qwerty qwertyuiop qwertz azerty asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc poiuytrewq mnbvcxz lkjhgfdsa
  qweasd qweasdzxc zaqxsw yxcvbnm ytrewq йцукен йцукенгшщзхъ пароль привет любовь солнце наташа
  abc abcd abcdef abcdefgh abcdefghij abcdefghijklmnopqrstuvwxyz aaa correcthorsebatterystaple correcthorse
  hello hello world helloworld ninja trustno whatever mustang access access killer pepper ginger jordan harley hunter
  buster soccer tigger cowboy silver orange purple diamond golden rainbow angel angels heaven jesus christ bismillah
  mercedes ferrari porsche yamaha toyota corvette maverick phoenix thunder warrior matrix merlin scorpion
  manager support service customer company business sales office staff employee crm espo espocrm
  chatdock chat dock`
    .split(/\s+/)
    .filter(Boolean),
);

const lookAlike: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '€': 'e',
  '+': 't',
};

const runs = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'йцукенгшщзхъфывапролджэячсмитьбю',
];

/** `known`: words that belong to the person (e-mail, name); used like the stems. */
export function isCommonPassword(password: string, known: readonly string[] = []): boolean {
  const text = password.toLowerCase();
  if (new Set(text).size <= 3) return true;
  const repeated = /^(.{1,8}?)\1+.{0,2}$/u.exec(text);
  if (repeated && (repeated[1]!.length < 6 || isCommonStem(repeated[1]!, known))) return true;
  if (isRun(text)) return true;
  if (known.some((word) => word.includes('@') && word.toLowerCase() === text)) return true;
  return isCommonStem(text, known);
}

function isCommonStem(text: string, known: readonly string[]): boolean {
  const words = new Set(known.map((word) => word.toLowerCase()).filter((word) => word.length >= 3));
  const isKnown = (word: string): boolean => stems.has(word) || words.has(word) || isPair(word, words);
  const bare = text.replaceAll(/[\s._-]/g, '');
  // Digits and signs before and after the stem say nothing new: `123Welcome2026!!`.
  const cores = [bare, bare.replace(/^[^\p{L}]+/u, ''), bare.replace(/[^\p{L}]+$/u, '')];
  cores.push(cores[1]!.replace(/[^\p{L}]+$/u, ''));
  return cores.some(
    (core) => isKnown(core) || isKnown(unmask(core)) || isKnown(unmask(core).replace(/i+$/, '')),
  );
}

/** Two stems in a row are one more thing everybody tries: `adminpassword`, `chatdockadmin`. */
function isPair(text: string, words: ReadonlySet<string>): boolean {
  for (let cut = 3; cut <= text.length - 3; cut++) {
    const left = text.slice(0, cut);
    const right = text.slice(cut);
    if ((stems.has(left) || words.has(left)) && (stems.has(right) || words.has(right))) return true;
  }
  return false;
}

function unmask(text: string): string {
  return [...text].map((letter) => lookAlike[letter] ?? letter).join('');
}

/** Keys in a row, forwards or backwards, with at most two signs after them. */
function isRun(text: string): boolean {
  const core = text.replace(/[^\p{L}\p{N}]+$/u, '');
  if (core.length < 6 || text.length - core.length > 4) return false;
  const pieces = core.match(/\p{L}+|\p{N}+/gu) ?? [];
  const isIn = (piece: string): boolean => {
    const back = [...piece].toReversed().join('');
    return runs.some((run) => run.includes(piece) || run.includes(back));
  };
  return (
    isIn(core) || pieces.every((piece) => /^\p{N}{1,4}$/u.test(piece) || (piece.length >= 3 && isIn(piece)))
  );
}
