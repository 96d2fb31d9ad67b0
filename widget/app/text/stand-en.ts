/** English texts of the window’s place and size; they come with those of the settings. */
export const standEn = {
  setStand: 'Window',
  setStandLead:
    'Drag it by its top and change its size at its edges. The handle on it does both by arrow keys, and has these places too.',
  standHandle: 'Place and size of the window',
  standFloat: 'Arrow keys move it, Shift and arrow keys change its size, Enter opens a menu',
  standDock: 'Left and right arrow keys change its width, Enter opens a menu',
  stand_float: 'Floating',
  stand_left: 'Docked on the left',
  stand_right: 'Docked on the right',
  standReset: 'Usual size and place',
} as const;
