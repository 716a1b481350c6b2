import type { Who } from './facts';
import { begun, isCrowd, isOne, listed } from './speech';
import type { Length, Spoken, StatusTexts } from './texts';

/** `il server pod-23`, `i server pod-1 e pod-2`, `200 server`. */
function servers(who: Who): string {
  if (isCrowd(who)) return `${who.names.length} server`;
  return `${theServer(who)} ${listed(who.names, 'e')}`;
}

/** The same behind `di`. */
function ofServers(who: Who): string {
  if (isCrowd(who)) return `di ${who.names.length} server`;
  return `${ofTheServer(who)} ${listed(who.names, 'e')}`;
}

const Servers = (who: Who): string => begun(servers(who));
const theServer = (who: Who): string => (isOne(who) ? 'il server' : 'i server');
const ofTheServer = (who: Who): string => (isOne(who) ? 'del server' : 'dei server');
const operative = (who: Who): string => (isOne(who) ? 'operativo' : 'operativi');
const first = (who: Who): string => (isOne(who) ? '' : ', il primo');
const every = (who: Who): string => (isOne(who) ? 'il server' : 'tutti i server');
const essere = (who: Who): string => (isOne(who) ? 'è' : 'sono');
const works = (who: Who): string => (isOne(who) ? 'funziona' : 'funzionano');
/** `il server pod-23`, `il primo di 200 server`. */
const theFirst = (who: Who): string => (isOne(who) ? servers(who) : `il primo ${ofServers(who)}`);
/** `è stato arrestato`, `sono stati arrestati`. */
const passive = (who: Who, participle: string): string =>
  isOne(who) ? `è stato ${participle}o` : `sono stati ${participle}i`;

/** The article goes by the day's sound: `dell'8 agosto`, `del 2 agosto`. */
const hasVowel = ({ day }: Spoken): boolean => day === 8 || day === 11;
const ofDate = (at: Spoken): string => (hasVowel(at) ? `dell'${at.date}` : `del ${at.date}`);

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

function length({ hours, minutes, seconds }: Length): string {
  const parts = [
    ...(hours > 0 ? [counted(hours, 'ora', 'ore')] : []),
    ...(minutes > 0 ? [counted(minutes, 'minuto', 'minuti')] : []),
    ...(seconds > 0 || hours + minutes === 0 ? [counted(seconds, 'secondo', 'secondi')] : []),
  ];
  return listed(parts, 'e');
}

/** Status-page drafts in Italian. */
export const ITALIAN: StatusTexts = {
  name: 'Italiano',
  locale: 'it-IT',
  stages: {
    looking: 'In corso di verifica',
    restarted: 'Riavviato',
    recovered: 'Ripristinato',
    'post-mortem': 'Post-mortem',
  },
  date: (date, day) => (day === 1 ? date.replace(/^1 /, '1º ') : date),
  length,
  title: {
    looking: (who) => `Stiamo verificando un problema che riguarda ${servers(who)}`,
    restarting: (who) => `Riavvio ${ofServers(who)} in corso`,
    restarted: (who) => `${Servers(who)} ${passive(who, 'riavviat')}`,
    recovered: (who, isImpaired) =>
      isImpaired
        ? `${Servers(who)} ${works(who)} di nuovo correttamente`
        : `${Servers(who)} ${essere(who)} di nuovo ${operative(who)}`,
    'post-mortem': (who, from, isImpaired) =>
      `Post-mortem: ${isImpaired ? 'malfunzionamento' : 'indisponibilità'} ${ofServers(who)}, ` +
      from.date,
  },
  headings: {
    summary: 'Sintesi',
    timeline: 'Cronologia',
    impact: 'Impatto',
    cause: 'Causa',
    resolution: 'Risoluzione',
    corrective: 'Azioni correttive',
  },
  sentences: {
    downSince: (who, at, isImpaired) =>
      isImpaired
        ? `${Servers(who)} non ${works(who)} correttamente${first(who)} dalle ${at.time} ` +
          `${ofDate(at)}.`
        : `${Servers(who)} non ${essere(who)} ${operative(who)}${first(who)} dalle ${at.time} ` +
          `${ofDate(at)}.`,
    wasDown: (who, { from, to, length: long, isImpaired }) => {
      const start = from.date === to.date ? from.time : `${from.time} ${ofDate(from)}`;
      if (!isOne(who)) {
        const what = isImpaired
          ? `${servers(who)} non hanno funzionato correttamente`
          : `il servizio si è interrotto su ${servers(who)}`;
        return `Tra le ${start} e le ${to.time} ${ofDate(to)} ${what}.`;
      }
      const failed = isImpaired ? 'non ha funzionato correttamente' : 'non è stato operativo';
      const lasted = long === undefined ? '' : `, per ${long}`;
      return `${Servers(who)} ${failed} dalle ${start} alle ${to.time} ${ofDate(to)}${lasted}.`;
    },
    each: (least, most) =>
      least === most
        ? `L'interruzione è durata ${most} per ciascun server.`
        : `A seconda del server l'interruzione è durata da ${least} a ${most}.`,
    times: (count) => `Il servizio si è interrotto ${count} volte in tutto.`,
    mayHaveBegunEarlier: (by) => `Il problema potrebbe essere iniziato fino a ${by} prima.`,
    noticed: ({ time }) => `Il nostro monitoraggio ha rilevato il problema alle ${time}.`,
    asked: (act, first, more) =>
      more === undefined
        ? `Alle ${first.time} la nostra automazione ha richiesto ${act}; ` +
          'AWS ha accettato la richiesta.'
        : `Dalle ${first.time} alle ${more.last.time} la nostra automazione ha richiesto ${act}, ` +
          `${more.count} volte in tutto; AWS ha accettato ogni richiesta.`,
    running: (who, { time }) =>
      `Alle ${time} ${theServer(who)} ${isOne(who) ? 'risultava' : 'risultavano'} di nuovo in ` +
      'esecuzione.',
    verifying: (who) =>
      `Stiamo verificando che ${isOne(who) ? 'sia' : 'siano'} di nuovo ${operative(who)}.`,
    serving: (who, { time }, isImpaired) =>
      isImpaired
        ? `${Servers(who)} ${works(who)} di nuovo correttamente dalle ${time}.`
        : `${Servers(who)} ${essere(who)} di nuovo ${operative(who)} dalle ${time}.`,
    checksPassed: ({ time }) => `Alle ${time} tutti i nostri controlli risultavano superati.`,
    checksGoOn: 'I nostri controlli sono ancora in corso.',
    causeUnsure: 'È quanto sappiamo finora e non è ancora confermato.',
    health: (codes) => `AWS ne dà notizia tramite AWS Health: ${codes.join(', ')}.`,
    noHealth: 'Finora AWS non ci ha inviato alcuna conferma tramite AWS Health.',
    noAct: 'La nostra automazione non ha apportato modifiche al server.',
  },
  timeline: {
    down: (who, isImpaired) =>
      isImpaired
        ? `${theFirst(who)} non funziona più correttamente`
        : `${theFirst(who)} non è più operativo`,
    noticed: 'il nostro monitoraggio rileva il problema',
    alerted: 'parte il primo avviso ai nostri tecnici',
    asked: (act) => `la nostra automazione richiede ${act}`,
    running: (who) => `${every(who)} ${essere(who)} di nuovo in esecuzione`,
    serving: (who) => `${every(who)} ${essere(who)} di nuovo ${operative(who)}`,
    checksPassed: 'tutti i controlli risultano superati',
  },
  acts: {
    start: (who) => `l'avvio ${ofTheServer(who)}`,
    'restart-service': () => 'il riavvio del servizio',
    reboot: (who) => `il riavvio ${ofTheServer(who)}`,
    'stop-start': (who) => `l'arresto e il nuovo avvio ${ofTheServer(who)}`,
    'force-stop': (who) => `l'arresto forzato e il nuovo avvio ${ofTheServer(who)}`,
    'reserve-capacity': () => 'una riserva di capacità',
    'change-type': (who) => `un altro tipo di istanza per ${theServer(who)}`,
    'associate-address': (who) => `l'associazione dell'indirizzo IP ${ofTheServer(who)}`,
  },
  causes: {
    'stopped-by-provider': (who) =>
      `AWS, il nostro fornitore di infrastruttura, ha arrestato ${theServer(who)}.`,
    'no-capacity': (who) =>
      `AWS, il nostro fornitore di infrastruttura, ha arrestato ${theServer(who)} ` +
      'per mancanza di capacità.',
    'failed-start': (who) => `AWS segnala che un avvio ${ofTheServer(who)} non è riuscito.`,
    'host-impaired': (who) =>
      `I controlli di AWS segnalano un problema dell'host fisico ${ofTheServer(who)}.`,
    'volumes-impaired': (who) =>
      `I controlli di AWS segnalano che ${theServer(who)} non ` +
      `${isOne(who) ? 'raggiunge' : 'raggiungono'} i propri volumi.`,
    'guest-impaired': (who) =>
      `I controlli di AWS segnalano un problema del sistema operativo ${ofTheServer(who)}.`,
    'application-impaired': (who) =>
      `Il controllo dell'applicazione ${ofTheServer(who)} segnala un problema.`,
    'shut-down-from-inside': (who) =>
      `Lo spegnimento è stato avviato dall'interno ${ofTheServer(who)}.`,
    'stopped-by-request': (who) =>
      `${begun(theServer(who))} ${passive(who, 'arrestat')} da una richiesta effettuata ` +
      'nel nostro account AWS.',
    'stopped-by-schedule': (who) =>
      `${begun(theServer(who))} ${passive(who, 'arrestat')} da una pianificazione automatica.`,
    spot: (who) =>
      `AWS ha ripreso la capacità Spot su cui ${isOne(who) ? 'si trovava' : 'si trovavano'} ` +
      `${theServer(who)}.`,
    configuration: (who) =>
      `AWS indica un problema di configurazione come motivo dell'arresto ${ofTheServer(who)}.`,
    test: () => 'Si è trattato di un test pianificato da noi.',
    'provider-maintenance': (who) =>
      'AWS, il nostro fornitore di infrastruttura, ha annunciato una manutenzione ' +
      `dell'host ${ofTheServer(who)}.`,
    'own-maintenance': () => 'Si è trattato di una nostra manutenzione.',
    terminated: (who) =>
      `${begun(theServer(who))} ${passive(who, 'terminat')} e non ` +
      (isOne(who) ? 'può essere riavviato.' : 'possono essere riavviati.'),
    unknown: () => 'La causa non è ancora nota.',
  },
  proofs: {
    'ready-event': 'Lo conferma il segnale di pronto inviato dal server stesso.',
    'application-check': "Lo conferma il controllo dell'applicazione.",
    'status-checks': 'Lo confermano i controlli di stato di AWS.',
  },
  corrective: {
    address: "Mantenere invariato l'indirizzo pubblico del server dopo un riavvio.",
    capacity: 'Prevedere capacità alternativa: altri tipi di istanza o capacità riservata.',
    'own-type': 'Riportare il server al proprio tipo di istanza.',
    'late-alert': 'Chiarire perché il primo avviso è partito in ritardo.',
    'late-detection': 'Chiarire perché il problema è stato rilevato in ritardo.',
    readiness: 'Correggere quanto rilevato sul server dalla nostra verifica di prontezza.',
    escalation: "Valutare se ciò che ha richiesto l'intervento di una persona è automatizzabile.",
    unacknowledged: undefined,
    'ready-event': 'Fare in modo che il server segnali da sé quando è pronto.',
    cause: 'Accertare la causa.',
    repeated: 'Chiarire perché il server si è fermato di nuovo.',
    undelivered: undefined,
    'shadow-mode': undefined,
  },
  checklist: {
    heading: 'Prima di pubblicare',
    impact:
      'Aggiungere ciò che il watchdog non può sapere: quali clienti, chat e operatori sono ' +
      'stati interessati.',
    names:
      'Usare il nome del servizio che i clienti conoscono; la bozza riporta quello del server.',
    nextUpdate: 'Indicare quando seguirà il prossimo aggiornamento.',
    cause: 'La causa non è certa: confermarla, oppure non citarla.',
    proposals: 'Le azioni correttive sono proposte: tenere solo quelle decise.',
    noProposals: 'Aggiungere le azioni correttive: dai dati registrati non ne risulta alcuna.',
  },
};
