import { expect, test } from 'vitest';
import { QuestionPace, questionPace } from './question-pace.ts';

const minute = 60_000;

test('so many questions a minute and an hour, and then the time to wait; who asks all the same waits no longer', () => {
  const pace = new QuestionPace();
  let now = 1_000_000;
  for (let n = 0; n < questionPace.aMinute; n++) expect(pace.take(now)).toBe(0);
  expect([pace.take(now), pace.take(now + 10_000)]).toEqual([minute, 50_000]);
  for (let asked = questionPace.aMinute; asked < questionPace.anHour; asked += questionPace.aMinute) {
    now += minute;
    for (let n = 0; n < questionPace.aMinute; n++) expect(pace.take(now)).toBe(0);
  }
  // The first of them is an hour old at last.
  expect(pace.take(now + minute)).toBe(1_000_000 + 60 * minute - now - minute);
  expect(pace.take(1_000_000 + 60 * minute)).toBe(0);
});
