import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { reportText } from '../cli/report-forms';
import { reportOfDrill } from '../cli/report-source';
import { runDrill } from '../sim/drills/index';

/** Takes the pictures of docs/reports.md anew; needs a Chromium, named by CHROMIUM. */

const IMAGES = join(__dirname, '..', 'docs', 'images');
const ZONE = 'America/Los_Angeles';

interface Sight {
  readonly drill: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

const WIDE = { width: 1_000, height: 1_180 } as const;
/** With who served below the lanes. */
const TALL = { width: 1_000, height: 1_640 } as const;
const PHONE = { width: 390, height: 1_180 } as const;

const SIGHTS: readonly Sight[] = [
  { drill: 'pod-23', file: 'report-pod-23-light', ...WIDE, colorScheme: 'light' },
  { drill: 'pod-23', file: 'report-pod-23-dark', ...WIDE, colorScheme: 'dark' },
  { drill: 'pod-23', file: 'report-pod-23-phone', ...PHONE, colorScheme: 'dark' },
  { drill: 'zone-outage', file: 'report-storm-light', ...TALL, colorScheme: 'light' },
  { drill: 'zone-outage', file: 'report-storm-dark', ...TALL, colorScheme: 'dark' },
  { drill: 'zone-outage', file: 'report-storm-phone', ...PHONE, colorScheme: 'light' },
  {
    drill: 'fleet-budget',
    file: 'report-several-light',
    ...TALL,
    colorScheme: 'light',
  },
];

async function take(browser: Browser, sight: Sight, page: string): Promise<void> {
  const { width, height, colorScheme, file } = sight;
  const tab = await browser.newPage({ viewport: { width, height }, colorScheme });
  await tab.goto(pathToFileURL(page).href);
  await tab.screenshot({ path: join(IMAGES, `${file}.png`) });
  await tab.close();
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'report-images-'));
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    for (const sight of SIGHTS) {
      const page = join(folder, `${sight.drill}.html`);
      const result = await runDrill(sight.drill, { seed: 1 });
      writeFileSync(page, reportText(reportOfDrill(result, ZONE), 'html'));
      await take(browser, sight, page);
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
