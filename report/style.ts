/** The report's style sheet: no font, image or script from anywhere; light, dark, phone, print. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1c2024;--soft:#5c646d;--line:#dfe2e6;
--up:#2f7d55;--down:#b23a35;--hatch:#ffffff66;--aws:#b26a00;--events:#5a55b8;--watchdog:#1566a8;
--alerts:#a02f6b;--on-bar:#fff;--good-bg:#e4f3ea;--bad-bg:#fbe7e5}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1b1f24;--ink:#e6e9ec;--soft:#9aa4ae;
--line:#30363d;--up:#3f9a6b;--down:#c9524c;--hatch:#00000055;--aws:#e0a040;--events:#a09bf0;
--watchdog:#62b0ee;--alerts:#e684b6;--on-bar:#fff;--good-bg:#1b3a2a;--bad-bg:#472322}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 20px 56px}
h1,p,li{overflow-wrap:anywhere}
header p{margin:.25rem 0;max-width:46rem}
h1{font-size:1.75rem;line-height:1.2;margin:.2rem 0 .5rem}
h2{font-size:1.15rem;margin:0 0 .75rem}
.kicker,.note,.soft{color:var(--soft);font-size:.875rem}
.note{margin:.75rem 0 0;max-width:46rem}
section>:last-child{margin-bottom:0}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;
margin-top:18px}
.badge{display:inline-block;font-weight:650;font-size:.875rem;border-radius:6px;padding:3px 10px;
border:1px solid currentColor}
.badge.good{color:var(--up);background:var(--good-bg)}
.badge.bad{color:var(--down);background:var(--bad-bg)}
@media (prefers-color-scheme:dark){.badge.good{color:#8ed7b0}.badge.bad{color:#f2a29d}}
dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));
gap:1px;margin:18px 0 0;
background:var(--line);border:1px solid var(--line);border-radius:10px;overflow:hidden}
dl.figures div{background:var(--card);padding:12px 12px;display:flex;flex-direction:column}
dl.figures dt{color:var(--soft);font-size:.8125rem;order:2}
dl.figures dd{margin:0;font-size:1.25rem;font-weight:650;font-variant-numeric:tabular-nums;order:1;
white-space:nowrap}
dl.figures small{color:var(--soft);font-size:.8125rem;order:3}
.picture{overflow-x:auto;-webkit-overflow-scrolling:touch}
.picture:focus-visible{outline:2px solid var(--watchdog);outline-offset:4px}
svg{display:block;width:100%;height:auto}
.wide svg{min-width:900px}.beside{display:grid;gap:16px 36px}
.beside svg{max-width:600px}.beside table{align-self:center}
@media (min-width:900px){.beside{grid-template-columns:minmax(0,6fr) minmax(0,5fr)}}
svg text{font-family:inherit;fill:var(--ink)}
.up{fill:var(--up)}.down{fill:var(--down)}.hatch{stroke:var(--hatch);stroke-width:4}
.on-bar{font-size:13px;font-weight:600;fill:var(--on-bar)!important;paint-order:stroke;stroke:#0008;
stroke-width:2.5px}
.label{font-size:12px}.lane-name{font-size:13px;font-weight:600}
.tick{font-size:11.5px;fill:var(--soft)!important}
.grid,.lane{stroke:var(--line);stroke-width:1}
.zero{stroke:var(--down);stroke-width:1.5;stroke-dasharray:4 3}
.mark{stroke:var(--card);stroke-width:1.5}
.mark.aws{fill:var(--aws)}.mark.events{fill:var(--events)}.mark.watchdog{fill:var(--watchdog)}
.mark.alerts{fill:var(--alerts)}.mark.server{fill:var(--up)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);
overflow-wrap:break-word}
thead th{color:var(--soft);font-weight:600;font-size:.8125rem}
tbody th{font-weight:600}.scroll tbody th{font-weight:400}
th[scope=row]{white-space:nowrap;font-variant-numeric:tabular-nums}
th .soft,td .soft{font-variant-numeric:tabular-nums}th .soft{display:block;font-weight:400}
.beside th[scope=row]{white-space:normal}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0;
padding:12px 14px;background:var(--bg);
border:1px solid var(--line);border-radius:8px}
code{overflow-wrap:anywhere}
details{border-bottom:1px solid var(--line);padding:8px 0}
details:last-child{border-bottom:0;padding-bottom:0}
summary{cursor:pointer;overflow-wrap:anywhere}
summary:focus-visible{outline:2px solid var(--watchdog);outline-offset:2px}
.severity{font-size:.8125rem;font-weight:650;text-transform:uppercase;letter-spacing:.03em}
.severity.critical{color:var(--down)}.severity.warning{color:var(--aws)}
.severity.info{color:var(--soft)}
ul.checks{list-style:none;margin:0;padding:0}
ul.checks li{padding:3px 0 3px 1.9rem;text-indent:-1.9rem}
ul.checks b{display:inline-block;width:1.9rem;text-indent:0}
ul.checks .good b{color:var(--up)}ul.checks .bad b{color:var(--down)}
@media (max-width:560px){main{padding:16px 12px 40px}section{padding:14px}h1{font-size:1.4rem}
dl.figures{grid-template-columns:1fr 1fr}table{font-size:.875rem}th,td{padding-right:8px}
th[scope=row]{white-space:normal;min-width:5.6rem}}
@media print{body{background:#fff}section{break-inside:avoid}.wide svg{min-width:0}}
`;
