/**
 * Another zone is a person's decision: its private address changes, and two servers with the same
 * chats would be worse than none. So the old one is let go first.
 */
export const ANOTHER_ZONE: readonly string[] = [
  'Where {type} is offered: aws ec2 ' +
    'describe-instance-type-offerings --location-type availability-zone ' +
    "--filters Name=instance-type,Values={type} --query 'InstanceTypeOfferings[].Location'",
  'Let go of the old one, so that it is not started beside the new one: ' +
    'aws ec2 delete-tags --resources {id} --tags Key=watchdog',
  'Snapshots of its volumes ({volumes}), with an image to launch from: ' +
    'aws ec2 create-image --instance-id {id} --name moved-{id} --no-reboot',
  'Wait for it: aws ec2 wait image-available --image-ids IMAGE',
  'Subnets of its network: aws ec2 describe-subnets --filters Name=vpc-id,Values=$(aws ec2 ' +
    "describe-instances --instance-ids {id} --query 'Reservations[].Instances[].VpcId' " +
    "--output text) --query 'Subnets[].[AvailabilityZone,SubnetId]' --output text",
  'What the new one must have too: aws ec2 describe-instances --instance-ids {id} --query ' +
    "'Reservations[].Instances[].[KeyName,IamInstanceProfile.Arn,SecurityGroups[].GroupId,Tags]'",
  'Launch, not in {zone}: aws ec2 run-instances --image-id IMAGE --instance-type {type} ' +
    '--subnet-id SUBNET --security-group-ids GROUPS --iam-instance-profile Arn=PROFILE',
  'Its address ({elasticIp}): aws ec2 associate-address --instance-id NEW --allow-reassociation ' +
    '--allocation-id $(aws ec2 describe-addresses --public-ips {elasticIp} ' +
    "--query 'Addresses[0].AllocationId' --output text)",
  'Once it serves: aws ec2 create-tags --resources NEW --tags Key=watchdog,Value={policy}',
];
