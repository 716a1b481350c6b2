/** A time that is drawn, in seconds. */
interface Drawn {
  readonly least: number;
  readonly most: number;
}

/** How long EC2 takes for what every outage goes through, in seconds. */
export interface Ec2Times {
  /** From an accepted start to `running`. */
  readonly pendingS: number;
  /** From an accepted start to a reachable system. */
  readonly bootS: number;
  /** From one evaluation of a status check to the next. */
  readonly evaluationS: number;
  /** For how long the checks say `initializing` after a start. */
  readonly initializingS: Drawn;
  /** The same after a reboot, of the guest alone. */
  readonly initializingAgainS: Drawn;
}

/** As published, or as seen: a start 16.4 s at the median, a boot 21 s, checks once a minute. */
export const EC2_TIMES: Ec2Times = {
  pendingS: 16.4,
  bootS: 21,
  evaluationS: 60,
  initializingS: { least: 110, most: 230 },
  initializingAgainS: { least: 60, most: 180 },
};

/** The same, so many times as fast: for a drill at real pace, which has to say so. */
export function hastened(times: Ec2Times, factor: number): Ec2Times {
  const drawn = ({ least, most }: Drawn): Drawn => ({
    least: least / factor,
    most: most / factor,
  });
  return {
    pendingS: times.pendingS / factor,
    bootS: times.bootS / factor,
    evaluationS: times.evaluationS / factor,
    initializingS: drawn(times.initializingS),
    initializingAgainS: drawn(times.initializingAgainS),
  };
}
