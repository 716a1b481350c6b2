import { playSeed } from '../sim/simulate';
import { doJobs } from './pool';

// A process of `watchdog simulate`: plays the seeds that its parent sends.
doJobs(playSeed);
