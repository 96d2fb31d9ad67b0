/** What the server wrote on the page. Generation 1: before July 2026; 2: since; 3: since September 2026. */
const { generation = '1', version = '' } = document.documentElement.dataset;
export const settings = { generation: Number(generation), version };
