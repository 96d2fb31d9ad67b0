import { locale, type Language } from './text.ts';

/** Acts of the audit log in words; they come with that screen. One that is not here is shown as it is written. */
const words: Record<string, Record<Language, string>> = {
  'sign-in': { en: 'Signed in', ru: 'Вход', it: 'Accesso' },
  'sign-in.refused': { en: 'Sign-in refused', ru: 'Вход отклонён', it: 'Accesso rifiutato' },
  'sign-in.revoke': { en: 'Sign-in ended', ru: 'Вход завершён', it: 'Accesso terminato' },
  'sign-out': { en: 'Signed out', ru: 'Выход', it: 'Uscita' },
  'password.change': { en: 'Password changed', ru: 'Пароль изменён', it: 'Password cambiata' },
  'agent.create': { en: 'Person added', ru: 'Человек добавлен', it: 'Persona aggiunta' },
  'agent.change': { en: 'Person changed', ru: 'Данные человека изменены', it: 'Persona modificata' },
  'invitation.create': { en: 'Invited', ru: 'Приглашение', it: 'Invito' },
  'invitation.revoke': { en: 'Invitation revoked', ru: 'Приглашение отозвано', it: 'Invito revocato' },
  'invitation.accept': { en: 'Invitation accepted', ru: 'Приглашение принято', it: 'Invito accettato' },
  'origins.change': { en: 'Pages changed', ru: 'Список страниц изменён', it: 'Pagine cambiate' },
  'settings.change': { en: 'Settings changed', ru: 'Настройки изменены', it: 'Impostazioni cambiate' },
  'embed-key.create': { en: 'CRM key made', ru: 'Ключ CRM создан', it: 'Chiave CRM creata' },
  'embed-key.rotate': { en: 'CRM key renewed', ru: 'Ключ CRM обновлён', it: 'Chiave CRM rinnovata' },
  'embed-key.revoke': { en: 'CRM key revoked', ru: 'Ключ CRM отозван', it: 'Chiave CRM revocata' },
  'api-key.create': { en: 'API key made', ru: 'API-ключ создан', it: 'Chiave API creata' },
  'api-key.revoke': { en: 'API key revoked', ru: 'API-ключ отозван', it: 'Chiave API revocata' },
  'inbox.create': { en: 'Number added', ru: 'Номер добавлен', it: 'Numero aggiunto' },
  'inbox.agents': { en: 'Who sees a number', ru: 'Кто видит номер', it: 'Chi vede un numero' },
  connect: { en: 'Connect WhatsApp', ru: 'Подключение WhatsApp', it: 'Collegamento WhatsApp' },
  'session.link': { en: 'Linking begun', ru: 'Начата привязка', it: 'Collegamento avviato' },
  'session.stop': { en: 'Number stopped', ru: 'Номер остановлен', it: 'Numero fermato' },
  'session.unlink': { en: 'Number disconnected', ru: 'Номер отключён', it: 'Numero scollegato' },
  'session.engine': { en: 'Engine changed', ru: 'Движок изменён', it: 'Motore cambiato' },
  'backfill.start': { en: 'History asked for', ru: 'Запрос истории', it: 'Cronologia richiesta' },
  'backfill.stop': { en: 'History stopped', ru: 'Запрос истории остановлен', it: 'Cronologia fermata' },
  'link.create': {
    en: 'Link for a phone’s owner',
    ru: 'Ссылка владельцу телефона',
    it: 'Link per chi ha il telefono',
  },
  'link.revoke': { en: 'Link revoked', ru: 'Ссылка отозвана', it: 'Link revocato' },
  'webhook.create': {
    en: 'Incoming webhook made',
    ru: 'Входящий вебхук создан',
    it: 'Webhook in entrata creato',
  },
  'webhook.remove': {
    en: 'Incoming webhook removed',
    ru: 'Входящий вебхук удалён',
    it: 'Webhook in entrata rimosso',
  },
  'endpoint.create': { en: 'Webhook made', ru: 'Вебхук создан', it: 'Webhook creato' },
  'endpoint.change': { en: 'Webhook changed', ru: 'Вебхук изменён', it: 'Webhook cambiato' },
  'endpoint.remove': { en: 'Webhook removed', ru: 'Вебхук удалён', it: 'Webhook rimosso' },
  'endpoint.rotate': {
    en: 'Webhook secret renewed',
    ru: 'Секрет вебхука обновлён',
    it: 'Segreto webhook rinnovato',
  },
  'endpoint.replay': {
    en: 'Webhook sent again',
    ru: 'Вебхук отправлен снова',
    it: 'Webhook inviato di nuovo',
  },
  'chat.export': { en: 'Chat exported', ru: 'Чат выгружен', it: 'Chat esportata' },
  'audit.read': { en: 'Audit read', ru: 'Журнал прочитан', it: 'Registro letto' },
  'audit.check': { en: 'Audit verified', ru: 'Журнал проверен', it: 'Registro verificato' },
};

export const acts = Object.keys(words);
export const actText = (act: string): string => words[act]?.[locale.value] ?? act;
