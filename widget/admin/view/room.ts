import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { codeOf, type Admin } from '../admin.ts';
import { tCode } from '../text/text.ts';

export const Room = createContext<Admin | null>(null);

export function useAdmin(): Admin {
  const admin = useContext(Room);
  if (!admin) throw new Error('a screen outside of its room');
  return admin;
}

export interface Loaded<T> {
  /** undefined: not here yet. */
  value: T | undefined;
  trouble: string;
  again(): Promise<void>;
  set(value: T): void;
}

/** What a screen shows, asked for when it opens and whenever `key` changes. An answer that comes too late is dropped. */
export function useLoaded<T>(load: () => Promise<T>, key: unknown = 0): Loaded<T> {
  const [value, set] = useState<T | undefined>();
  const [trouble, setTrouble] = useState('');
  const turn = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const again = useCallback(async (): Promise<void> => {
    const mine = ++turn.current;
    try {
      const found = await latest.current();
      if (mine !== turn.current) return;
      set(() => found);
      setTrouble('');
    } catch (error) {
      if (mine === turn.current) setTrouble(codeOf(error));
    }
  }, []);
  useEffect(() => {
    void again();
    return () => void (turn.current += 1);
  }, [again, key]);
  return { value, trouble, again, set };
}

/** Runs a deed once at a time; what goes wrong is said in words. True: it was done. */
export function useDeed(): { isBusy: boolean; run(deed: () => Promise<void>): Promise<boolean> } {
  const admin = useAdmin();
  const [isBusy, setBusy] = useState(false);
  const busy = useRef(false);
  const run = async (deed: () => Promise<void>): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setBusy(true);
    try {
      await deed();
      return true;
    } catch (error) {
      admin.say(tCode('problem_', codeOf(error)), true);
      return false;
    } finally {
      busy.current = false;
      setBusy(false);
    }
  };
  return { isBusy, run };
}
