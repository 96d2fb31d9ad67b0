/** Colours a label may have. Apart from the schemas: the widget carries none. */
export const labelColours = [
  'grey',
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'pink',
] as const;
export type LabelColour = (typeof labelColours)[number];
