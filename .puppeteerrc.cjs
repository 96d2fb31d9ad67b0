// The browser is found on the system (server/engine/wwebjs/browser.ts); nothing may be downloaded while packages install.
module.exports = { skipDownload: true };
