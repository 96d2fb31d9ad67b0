/** Of the widget as pages embed it: `v1`, `v1.0` and `v1.0.0` are its channels. */
export const version = '1.0.0';
