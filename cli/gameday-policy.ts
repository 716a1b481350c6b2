import { GAME_DAY_TAGS, OPERATOR_TAGS, OPT_IN_TAG } from '../lambda/core/tags';
import {
  operatorPolicy,
  type OperatorPolicy,
  type OperatorStatement,
  type PolicyPlace,
} from './operator-policy';

/** The tags that `watchdog gameday` writes and removes. */
const WRITTEN = [OPERATOR_TAGS.gameDay, GAME_DAY_TAGS.target];

/**
 * The least that `watchdog gameday` needs: what reading needs, and this. FIS acts by the role of
 * its experiments, which who starts one needs no permission for; the template is what they are
 * held to.
 */
export function gameDayPolicy(place: PolicyPlace): OperatorPolicy {
  const read = operatorPolicy('read', place).Statement;
  return { Version: '2012-10-17', Statement: [...read, ...own(place)] };
}

function own({ region, accountId, stack }: PolicyPlace): readonly OperatorStatement[] {
  const at = `${region}:${accountId}`;
  const allow = (
    Sid: string,
    Action: readonly string[],
    rest: Pick<OperatorStatement, 'Resource' | 'Condition'>,
  ): OperatorStatement => ({ Sid, Effect: 'Allow', Action, ...rest });
  const isOurs = { Null: { [`aws:ResourceTag/${GAME_DAY_TAGS.experiment}`]: 'false' } };
  const consents = { [`aws:ResourceTag/${GAME_DAY_TAGS.consent}`]: 'yes' };
  const tags = { 'ForAllValues:StringEquals': { 'aws:TagKeys': WRITTEN } };
  return [
    // Neither knows a resource.
    allow('ListExperiments', ['fis:ListExperimentTemplates', 'fis:ListExperiments'], {
      Resource: '*',
    }),
    allow('StartOurs', ['fis:GetExperimentTemplate', 'fis:StartExperiment'], {
      Resource: `arn:aws:fis:${at}:experiment-template/*`,
      Condition: isOurs,
    }),
    // What an experiment is made with cannot be asked for before it is there.
    allow('FollowThem', ['fis:GetExperiment', 'fis:StartExperiment', 'fis:TagResource'], {
      Resource: `arn:aws:fis:${at}:experiment/*`,
    }),
    allow('StopThem', ['fis:StopExperiment'], {
      Resource: `arn:aws:fis:${at}:experiment/*`,
      Condition: isOurs,
    }),
    allow('AimAtServers', ['ec2:CreateTags', 'ec2:DeleteTags'], {
      Resource: `arn:aws:ec2:${at}:instance/*`,
      Condition: {
        ...tags,
        StringEquals: consents,
        Null: { 'aws:TagKeys': 'false', [`aws:ResourceTag/${OPT_IN_TAG}`]: 'false' },
      },
    }),
    allow('AimAtVolumes', ['ec2:CreateTags', 'ec2:DeleteTags'], {
      Resource: `arn:aws:ec2:${at}:volume/*`,
      Condition: { ...tags, StringEquals: consents, Null: { 'aws:TagKeys': 'false' } },
    }),
    allow('SeeVolumes', ['ec2:DescribeVolumes'], { Resource: '*' }),
    allow('FindTheTopic', ['cloudformation:DescribeStacks'], {
      Resource: `arn:aws:cloudformation:${at}:stack/${stack}GameDays/*`,
    }),
    allow('TellTheTeam', ['sns:Publish'], { Resource: `arn:aws:sns:${at}:${stack}GameDays-*` }),
  ];
}
