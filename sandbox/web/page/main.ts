import { connect, tell } from './link.ts';
import { hear, lost } from './frames.ts';
import { modules } from './modules.ts';
import { settings } from './settings.ts';

declare global {
  interface Window {
    Debug: { VERSION: string };
    /** Modules the library asked for in vain. */
    __STANDIN_MISSING__: string[];
  }
}

window.__STANDIN_MISSING__ = [];

function lookUp(name: string): unknown {
  if (Object.hasOwn(modules, name)) return modules[name];
  window.__STANDIN_MISSING__.push(name);
  tell({ kind: 'missing', name });
  throw new Error(`standin: module ${name} not implemented`);
}

Object.assign(window, { require: lookUp });
// The library polls for this: it comes last.
window.Debug = { VERSION: settings.version };
void connect(hear, lost);
