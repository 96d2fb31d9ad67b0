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
  // As the page's own loader says it of a module that a release has taken away.
  throw new Error(`Requiring unknown module "${name}"`);
}

Object.assign(window, { require: lookUp });
// The library polls for this: it comes last.
window.Debug = { VERSION: settings.version };
void connect(hear, lost);
