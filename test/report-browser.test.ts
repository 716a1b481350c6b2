import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { incidentReport } from '../report/from-record';
import { documentHtml } from '../report/html';
import { incidentDocument } from '../report/incident-document';
import { draftOf } from '../report/status-page/draft';
import { draftsDocument } from '../report/status-page/draft-document';
import { statusFacts } from '../report/status-page/facts';
import { reportHtml } from '../sim/report/report';
import { chatFigures } from './cli/chat-fixture';
import { podResult, zoneResult } from './cli/drill-fixture';
import { podRecord, stormRecords } from './report/records';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
const LONG = 'x'.repeat(400);
const HOSTILE = '"><script>document.title="owned"</script><img src=x onerror="document.title=1">';

const reportOf = (count: number) =>
  incidentReport(stormRecords(count), { id: 'storm-20240801-1210', timeZone: 'Europe/Rome' });
const label = { name: LONG, instanceType: HOSTILE, zone: LONG, policy: HOSTILE };
const POD = incidentReport([podRecord()], { id: 'x', timeZone: 'America/Los_Angeles' });
const DRAFT = draftOf(statusFacts(POD)!, 'post-mortem', 'it')!;

const REPORTS = {
  'pod-23': reportHtml(podResult({ chats: chatFigures() })),
  zone: reportHtml(zoneResult(200)),
  hostile: reportHtml(
    podResult({
      title: LONG,
      replay: LONG,
      description: HOSTILE,
      messages: podResult().messages.map((one) => ({ ...one, subject: LONG, email: HOSTILE })),
      timeline: podResult().timeline.map((line) => ({ ...line, text: `${HOSTILE}${LONG}` })),
    }),
  ),
  incident: documentHtml(incidentDocument(POD)),
  storm: documentHtml(incidentDocument(reportOf(6))),
  'large-storm': documentHtml(incidentDocument(reportOf(1_000))),
  'hostile-incident': documentHtml(
    incidentDocument(
      incidentReport([podRecord({ id: LONG }, { label })], { id: LONG, timeZone: 'UTC' }),
    ),
  ),
  drafts: documentHtml(draftsDocument(POD, [DRAFT])),
} as const;

if (CHROMIUM === undefined) {
  test('the report in a real browser', () => {
    console.warn('Skipped: no chromium in /usr/bin, so the report is not looked at in a browser.');
    expect(CHROMIUM).toBeUndefined();
  });
} else {
  describe('the report in a real browser', () => {
    let browser: Browser;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'watchdog-report-'));
      for (const [name, html] of Object.entries(REPORTS)) {
        writeFileSync(join(folder, `${name}.html`), html);
      }
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Opens a report, every part of it unfolded; answers the page and its complaints. */
    async function open(
      name: keyof typeof REPORTS,
      { width, colorScheme }: { width: number; colorScheme: 'light' | 'dark' },
    ): Promise<{ page: Page; complaints: readonly string[] }> {
      const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('requestfailed', (request) => complaints.push(request.url()));
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
      await page.evaluate(
        'document.querySelectorAll("details").forEach((one) => (one.open = true))',
      );
      return { page, complaints };
    }

    const NAMES = Object.keys(REPORTS) as readonly (keyof typeof REPORTS)[];
    const SIGHTS = NAMES.flatMap((name) =>
      [390, 1_280].flatMap((width) =>
        (['light', 'dark'] as const).map((colorScheme) => ({ name, width, colorScheme })),
      ),
    );

    test.each(SIGHTS)('$name at $width px, $colorScheme', async ({ name, ...sight }) => {
      const { page, complaints } = await open(name, sight);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(sight.width);
      expect(await page.locator('script, img, link, iframe').count()).toBe(0);
      expect(await page.title()).toContain('LiveChat Watchdog');
      expect(complaints).toEqual([]);
      await page.close();
    });

    test('dark is dark, light is light', async () => {
      const background = async (colorScheme: 'light' | 'dark'): Promise<unknown> => {
        const { page } = await open('pod-23', { width: 390, colorScheme });
        return page.evaluate('getComputedStyle(document.body).backgroundColor');
      };
      expect(await background('light')).toBe('rgb(251, 251, 250)');
      expect(await background('dark')).toBe('rgb(20, 23, 26)');
    });

    test('on a phone the timeline scrolls in its own box', async () => {
      const { page } = await open('pod-23', { width: 390, colorScheme: 'light' });
      const [inner, outer] = (await page.evaluate(
        "['scrollWidth', 'clientWidth'].map((key) => document.querySelector('.wide')[key])",
      )) as [number, number];
      expect(inner).toBeGreaterThan(outer);
      await page.close();
    });
  });
}
