import type { ReasonDictionary } from './text.ts';

export const reasonRu: ReasonDictionary = {
  'reason_no-internet': 'Нет связи с WhatsApp',
  'reason_no-browser': 'На сервере нет браузера',
  'reason_browser-crashed': 'Подключение неожиданно прервалось',
  'reason_page-crashed': 'WhatsApp неожиданно остановился',
  'reason_not-responding': 'WhatsApp не отвечает',
  'reason_start-timeout': 'WhatsApp не запустился вовремя',
  'reason_qr-expired': 'Код не отсканирован',
  'reason_logged-out-on-phone': 'Устройство отвязано на телефоне',
  'reason_unlinked-by-agent': 'Телефон отвязан здесь',
  'reason_taken-over': 'WhatsApp открыт в другом месте',
  'reason_phone-offline': 'Телефон не в сети',
  reason_outdated: 'WhatsApp обновился',
  reason_restricted: 'WhatsApp ограничил этот номер',
  'reason_extra-step-on-phone': 'Ещё один шаг на телефоне',
  'reason_pairing-code-refused': 'WhatsApp не принял номер',
  'reason_too-many-failures': 'Слишком много сбоев: новая попытка через несколько минут',
  'reason_engine-error': 'Что-то сломалось на нашей стороне',
  'reason_credentials-unreadable': 'Сохранённую привязку не удаётся открыть',
  'reason_number-archived': 'Номер в архиве',
};
