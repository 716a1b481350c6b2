/** A template of an experiment, as FIS lists it. */
export interface FisTemplate {
  readonly id?: string;
  readonly description?: string;
  readonly roleArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** An experiment, as FIS tells of it. Times are seconds since 1970, as on the wire. */
export interface FisExperiment {
  readonly id?: string;
  readonly roleArn?: string;
  readonly state?: { readonly status?: string; readonly reason?: string };
  readonly actions?: Readonly<
    Record<string, { readonly startTime?: number; readonly endTime?: number }>
  >;
  readonly creationTime?: number;
  readonly startTime?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A call of Fault Injection Service that game days make. */
export type FisCall =
  | { readonly operation: 'ListExperimentTemplates'; readonly nextToken?: string | undefined }
  | { readonly operation: 'GetExperimentTemplate'; readonly id: string }
  | { readonly operation: 'ListExperiments'; readonly experimentTemplateId: string }
  | { readonly operation: 'GetExperiment'; readonly id: string }
  | {
      readonly operation: 'StartExperiment';
      readonly clientToken: string;
      readonly experimentTemplateId: string;
      readonly tags: Readonly<Record<string, string>>;
    };

/** What FIS answers: the part that belongs to the call. */
export interface FisAnswer {
  readonly experimentTemplates?: readonly FisTemplate[];
  readonly experimentTemplate?: FisTemplate;
  readonly experiments?: readonly FisExperiment[];
  readonly experiment?: FisExperiment;
  readonly nextToken?: string;
}

/** Fault Injection Service as game days use it. Errors have AWS's code as their name. */
export interface FisClient {
  send(call: FisCall): Promise<FisAnswer>;
}
