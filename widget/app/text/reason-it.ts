import type { ReasonDictionary } from './text.ts';

export const reasonIt: ReasonDictionary = {
  'reason_no-internet': 'Nessun collegamento con WhatsApp',
  'reason_no-browser': 'Il server non ha un browser',
  'reason_browser-crashed': 'La connessione si è interrotta',
  'reason_page-crashed': 'WhatsApp si è fermato',
  'reason_not-responding': 'WhatsApp non risponde',
  'reason_start-timeout': 'WhatsApp non si è avviato in tempo',
  'reason_qr-expired': 'Il codice non è stato inquadrato',
  'reason_logged-out-on-phone': 'Scollegato dal telefono',
  'reason_unlinked-by-agent': 'Il telefono è stato scollegato qui',
  'reason_taken-over': 'WhatsApp è aperto altrove',
  'reason_phone-offline': 'Il telefono non è in linea',
  reason_outdated: 'WhatsApp è stato aggiornato',
  reason_restricted: 'WhatsApp ha limitato questo numero',
  'reason_extra-step-on-phone': 'Ancora un passo sul telefono',
  'reason_pairing-code-refused': 'WhatsApp ha rifiutato il numero',
  'reason_too-many-failures': 'Troppi errori: nuovo tentativo tra qualche minuto',
  'reason_engine-error': 'Qualcosa si è rotto da parte nostra',
  'reason_credentials-unreadable': 'Il collegamento salvato non si può aprire',
  'reason_number-archived': 'Questo numero è archiviato',
};
