import type { standEn } from './stand-en.ts';

export const standIt: Record<keyof typeof standEn, string> = {
  setStand: 'Finestra',
  setStandLead:
    'Trascinala dalla parte alta e ridimensionala dai bordi. La maniglia fa lo stesso con le frecce e ha anche queste posizioni.',
  standHandle: 'Posizione e dimensione della finestra',
  standFloat: 'Le frecce la spostano, Maiusc e le frecce la ridimensionano, Invio apre un menu',
  standDock: 'Le frecce sinistra e destra cambiano la larghezza, Invio apre un menu',
  stand_float: 'Libera sulla pagina',
  stand_left: 'Fissata a sinistra',
  stand_right: 'Fissata a destra',
  standReset: 'Dimensione e posizione usuali',
};
