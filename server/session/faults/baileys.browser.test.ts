import { describeMatrix } from './testing-rows.ts';

describeMatrix('baileys');
