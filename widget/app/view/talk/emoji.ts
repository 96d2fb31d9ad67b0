import type { Language } from '../../text/text.ts';

/**
 * The emoji agents use, with words to find them by: emoji, English, Russian, Italian. A full list weighs a hundred
 * kilobytes; whoever needs another one has the system's own picker.
 */
const given = {
  smileys: `😀 grinning|улыбка|sorriso aperto,😃 smile|радость|sorriso,😄 laughing eyes|смех|risata occhi ridenti,😁 beaming|сияю|raggiante,😆 squinting laugh|хохот|risata forte,😅 sweat smile|неловкий смех|risata imbarazzata,😂 tears of joy|смех до слёз|lacrime di gioia,🤣 rolling laugh|катаюсь от смеха|muoio dal ridere,🙂 slight smile|лёгкая улыбка|sorriso leggero,🙃 upside down|вверх ногами|sottosopra,😉 wink|подмигиваю|occhiolino,😊 blush|смущение|arrossire,😇 angel|ангел|angelo,🥰 in love hearts|влюблён|cuori innamorato,😍 heart eyes|обожаю|occhi a cuore,😘 kiss|поцелуй|bacio,😋 yummy|вкусно|buono gnam,😜 winking tongue|дразню|linguaccia,🤪 zany|безумие|matto,🤗 hug|обнимаю|abbraccio,🤭 oops|ой|ops,🤫 quiet|тихо|silenzio,🤔 thinking|думаю|penso,🤨 raised eyebrow|сомнение|sopracciglio dubbio,😐 neutral|нейтрально|neutro,😑 expressionless|без эмоций|senza espressione,😶 speechless|без слов|senza parole,😏 smirk|ухмылка|sorrisetto,😒 unamused|недоволен|scocciato,🙄 eye roll|закатываю глаза|occhi al cielo,😬 grimace|гримаса|smorfia,😌 relieved|облегчение|sollievo,😔 pensive|грусть|pensieroso triste,😪 sleepy|сонный|assonnato,😴 sleeping|сплю|dormo,😷 mask|маска|mascherina,🤒 ill|болею|malato febbre,🤧 sneeze|насморк|starnuto,🥵 hot|жарко|caldo,🥶 cold|холодно|freddo,😎 cool|круто|figo occhiali,🤓 nerd|умник|secchione,🧐 monocle|изучаю|monocolo,😕 confused|растерян|confuso,😟 worried|волнуюсь|preoccupato,🙁 frown|огорчён|imbronciato,😮 surprised|удивление|sorpreso,😲 astonished|изумление|sbalordito,😳 flushed|смущён|imbarazzo rosso,🥺 pleading|умоляю|ti prego,😢 crying|плачу|pianto triste,😭 sobbing|рыдаю|disperato,😱 scream|ужас|urlo paura,😞 disappointed|разочарован|deluso,😤 triumph|пыхчу|sbuffo,😡 angry red|злость|rabbia rosso,😠 angry|сержусь|arrabbiato,🤯 mind blown|взрыв мозга|mente esplosa,🥳 party face|праздник|festa,🤝 handshake|рукопожатие|stretta di mano accordo`,
  people: `👍 thumbs up yes|да класс палец вверх|pollice su sì bene,👎 thumbs down no|нет палец вниз|pollice giù no,👌 ok|окей|ok perfetto,✌️ victory|победа|vittoria pace,🤞 fingers crossed|на удачу|dita incrociate,🤟 love you|люблю|ti amo,🤘 rock|рок|rock,👋 wave hello|привет пока|ciao saluto,🙌 hooray hands up|ура|evviva mani,👏 clap|аплодисменты|applauso,🙏 thanks please|спасибо прошу|grazie prego,💪 strong|сила|forte muscoli,👈 left|влево|sinistra,👉 right|вправо|destra,👆 up|вверх|su,👇 down|вниз|giù,☝️ one finger|внимание|un dito attenzione,✋ stop|стоп|fermo mano,✍️ writing|пишу|scrivo,🤷 shrug|не знаю|non so boh,🤦 facepalm|рука лицо|mano in faccia,🙋 raising hand|я поднимаю руку|alzo la mano,💁 info desk|справка|informazioni,🙆 okay gesture|хорошо|va bene gesto,🙅 no gesture|нельзя|no gesto,👀 eyes looking|смотрю глаза|occhi guardo,👤 person|человек|persona,👥 people|люди|persone,👨‍💻 man at computer|за компьютером|uomo al computer,👩‍💻 woman at computer|за компьютером|donna al computer,👨‍👩‍👧 family|семья|famiglia,👶 baby|малыш|bambino neonato,👰 bride|невеста|sposa,🤵 groom|жених|sposo,🧑‍🔧 mechanic|мастер|meccanico,🧑‍🍳 cook|повар|cuoco,🚶 walking|иду|cammino,🏃 running|бегу|corro,💃 dancing|танец|ballo`,
  nature: `☀️ sun|солнце|sole,🌤️ sun cloud|переменная облачность|sole nuvola,⛅ cloudy|облачно|nuvoloso,☁️ cloud|облако|nuvola,🌧️ rain|дождь|pioggia,⛈️ storm|гроза|temporale,❄️ snow|снег|neve,🌈 rainbow|радуга|arcobaleno,🌊 wave sea|море волна|onda mare,🔥 fire|огонь|fuoco,⭐ star|звезда|stella,🌟 glowing star|сияние|stella brillante,✨ sparkles|блёстки|scintille,🌙 moon|луна|luna,🌍 earth|земля|terra mondo,🌸 blossom|цветок|fiore di ciliegio,🌹 rose|роза|rosa,🌻 sunflower|подсолнух|girasole,🌷 tulip|тюльпан|tulipano,💐 bouquet|букет|mazzo di fiori,🌳 tree|дерево|albero,🌲 pine|ёлка|abete,🍀 clover luck|клевер удача|quadrifoglio fortuna,🍂 leaves autumn|листья осень|foglie autunno,🐶 dog|собака|cane,🐱 cat|кошка|gatto,🐭 mouse|мышь|topo,🐰 rabbit|кролик|coniglio,🐻 bear|медведь|orso,🐼 panda|панда|panda,🐴 horse|лошадь|cavallo,🐦 bird|птица|uccello,🐟 fish|рыба|pesce,🐝 bee|пчела|ape,🦋 butterfly|бабочка|farfalla`,
  food: `☕ coffee|кофе|caffè,🍵 tea|чай|tè,🥛 milk|молоко|latte,🍷 wine|вино|vino,🍺 beer|пиво|birra,🥂 cheers|за здоровье|cin cin brindisi,🍾 champagne|шампанское|spumante,🍎 apple|яблоко|mela,🍌 banana|банан|banana,🍇 grapes|виноград|uva,🍓 strawberry|клубника|fragola,🍋 lemon|лимон|limone,🍅 tomato|помидор|pomodoro,🥕 carrot|морковь|carota,🥗 salad|салат|insalata,🍞 bread|хлеб|pane,🥐 croissant|круассан|cornetto,🧀 cheese|сыр|formaggio,🥚 egg|яйцо|uovo,🍗 chicken|курица|pollo,🥩 meat|мясо|carne,🍕 pizza|пицца|pizza,🍝 pasta|паста|pasta,🍔 burger|бургер|hamburger,🍟 fries|картошка фри|patatine,🍣 sushi|суши|sushi,🍲 soup|суп|zuppa,🍰 cake|торт|torta,🎂 birthday cake|день рождения|compleanno torta,🍫 chocolate|шоколад|cioccolato,🍦 ice cream|мороженое|gelato,🍽️ plate dinner|обед|piatto cena`,
  things: `📞 phone|телефон|telefono,📱 mobile|мобильный|cellulare,💻 laptop|ноутбук|computer portatile,🖨️ printer|принтер|stampante,📷 camera|камера|macchina fotografica,🎥 video|видео|video cinepresa,🎤 microphone|микрофон|microfono,🎧 headphones|наушники|cuffie,🎵 music|музыка|musica,📧 e-mail|почта|posta e-mail,📎 paperclip|скрепка|graffetta,📌 pin|кнопка|puntina,📍 place|место|luogo posto,📄 page|документ|pagina documento,📑 papers|бумаги|fogli carte,📊 chart|график|grafico,📈 growth|рост|crescita,📉 fall|падение|calo,📅 calendar|календарь|calendario,🗓️ date|дата|data,⏰ alarm|будильник|sveglia,⏳ hourglass|жду|clessidra attesa,💰 money|деньги|soldi,💶 euro|евро|euro,💳 card|карта|carta di credito,🧾 receipt|чек|scontrino ricevuta,🛒 cart|корзина|carrello,📦 parcel|посылка|pacco,🎁 gift|подарок|regalo,🔑 key|ключ|chiave,🔒 lock|замок|lucchetto,🔧 wrench|ключ ремонт|chiave inglese,🔨 hammer|молоток|martello,💡 idea|идея|idea lampadina,🔋 battery|батарея|batteria,🏠 house|дом|casa,🏢 office|офис|ufficio,🏦 bank|банк|banca,🏥 hospital|больница|ospedale,🏖️ beach|пляж|spiaggia,⛪ church|церковь|chiesa,🚗 car|машина|auto macchina,🚕 taxi|такси|taxi,🚌 bus|автобус|autobus,🚆 train|поезд|treno,✈️ plane|самолёт|aereo,🚢 ship|корабль|nave,🚲 bicycle|велосипед|bicicletta,⛽ fuel|заправка|benzina,🏆 trophy|кубок|trofeo,⚽ football|футбол|calcio pallone,🎉 party|праздник|festa,🎊 confetti|конфетти|coriandoli,🎈 balloon|шарик|palloncino,🎄 christmas|ёлка новый год|natale albero`,
  signs: `❤️ red heart|сердце|cuore rosso,🧡 orange heart|оранжевое сердце|cuore arancione,💛 yellow heart|жёлтое сердце|cuore giallo,💚 green heart|зелёное сердце|cuore verde,💙 blue heart|синее сердце|cuore blu,💜 purple heart|фиолетовое сердце|cuore viola,🖤 black heart|чёрное сердце|cuore nero,🤍 white heart|белое сердце|cuore bianco,💔 broken heart|разбитое сердце|cuore spezzato,💕 two hearts|два сердца|due cuori,💯 hundred|сто|cento,✅ done check|готово|fatto sì,✔️ check|галочка|spunta,❌ cross no|нет крест|croce no,❗ exclamation|важно|esclamazione,❓ question|вопрос|domanda,⚠️ warning|осторожно|attenzione,🚫 forbidden|запрещено|vietato,⛔ no entry|вход запрещён|divieto accesso,ℹ️ information|информация|informazione,🆗 ok button|окей|ok pulsante,🆕 new|новое|nuovo,🆓 free|бесплатно|gratis,🔴 red|красный|rosso,🟡 yellow|жёлтый|giallo,🟢 green|зелёный|verde,🔵 blue|синий|blu,⬆️ up arrow|стрелка вверх|freccia su,⬇️ down arrow|стрелка вниз|freccia giù,➡️ right arrow|стрелка вправо|freccia destra,⬅️ left arrow|стрелка влево|freccia sinistra,🔄 again|обновить|di nuovo aggiorna,♻️ recycling|переработка|riciclo,➕ plus|плюс|più,➖ minus|минус|meno,💬 speech|сообщение|messaggio,💤 zzz|сон|sonno,🏁 finish|финиш|traguardo,🇮🇹 Italy|Италия|italia,🇷🇺 Russia|Россия|russia,🇬🇧 United Kingdom|Великобритания|regno unito,🇪🇺 Europe|Европа|europa`,
};

export type EmojiGroup = keyof typeof given;
/** The words of an emoji in each language, in small letters. */
export type EmojiNames = Readonly<Record<Language, string>>;
export type Emoji = readonly [sign: string, names: EmojiNames];

/** By group, in the order they are shown. */
export const emoji = Object.entries(given).map(([group, text]) => {
  const list = text.split(',').map((one): Emoji => {
    const space = one.indexOf(' ');
    const [en = '', ru = '', it = ''] = one
      .slice(space + 1)
      .toLocaleLowerCase()
      .split('|');
    return [one.slice(0, space), { en, ru, it }];
  });
  return [group as EmojiGroup, list] as const;
});
const all = emoji.flatMap(([, list]) => list);

/** Whatever its shade. */
export function namesOf(sign: string): EmojiNames | undefined {
  const plain = (one: string): string => one.replaceAll(/\p{EMod}|\uFE0F/gu, '');
  return all.find(([one]) => plain(one) === plain(sign))?.[1];
}

/** Those with a word that begins so, in any language; those of which it is the first word come first. */
export function emojiLike(text: string): Emoji[] {
  const wanted = text.trim().toLocaleLowerCase().replaceAll(/[_-]/g, ' ');
  if (!wanted) return [];
  const rank = ([, names]: Emoji): number => {
    const places = Object.values(names).map((name) => ` ${name}`.indexOf(` ${wanted}`));
    return places.includes(0) ? 0 : places.some((place) => place > 0) ? 1 : 2;
  };
  return [0, 1].flatMap((good) => all.filter((one) => rank(one) === good));
}

/** Shades of skin, from the yellow one on. */
export const tones = ['', '🏻', '🏼', '🏽', '🏾', '🏿'] as const;

const base = /\p{Emoji_Modifier_Base}\uFE0F?/gu;

/** In that shade, if it shows one person's skin; of several people each would want a shade of their own. */
export function inTone(sign: string, tone: number): string {
  const shade = tones[tone];
  if (!shade || sign.match(base)?.length !== 1) return sign;
  return sign.replace(base, (one) => one.replace('\uFE0F', '') + shade);
}
