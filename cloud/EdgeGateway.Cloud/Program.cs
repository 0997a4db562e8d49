using System.CommandLine;
using EdgeGateway.Cloud.Commands;

NativeHeap.Share();

var config = new Option<FileInfo>("--config") { Description = "The configuration file.", Required = true };

var run = new Command("run", "Runs the cloud side until it is told to stop.") { config };
run.SetAction((arguments, stop) => RunCommand.Run(arguments.GetRequiredValue(config), stop));

var check = new Command("check", "Checks the configuration and says every mistake with its JSON path.") { config };
check.SetAction(arguments => CheckCommand.Run(arguments.GetRequiredValue(config)));

var name = new Argument<string>("name") { Description = "Name to sign in with." };
var add = new Command("add", "Adds a user or sets a new password, which is read from standard input.") { config, name };
add.SetAction(arguments => UserCommand.Add(arguments.GetRequiredValue(config), arguments.GetRequiredValue(name)));
var user = new Command("user", "Who may sign in.") { add };

var partitions = new Option<int>("--partitions") { Description = "Partitions of a topic that is made.", DefaultValueFactory = _ => 6 };
var replication = new Option<short>("--replication") { Description = "Replicas of a topic that is made; -1 for the brokers' default.", DefaultValueFactory = _ => -1 };
var create = new Command("create", "Makes the topics that are missing and says what differs.") { config, partitions, replication };
create.SetAction((arguments, _) => TopicsCommand.Create(arguments.GetRequiredValue(config), arguments.GetValue(partitions), arguments.GetValue(replication)));
var topics = new Command("topics", "The topics on Kafka.") { create };

var rebuild = new Command("rebuild", "Builds all views again from the topics and switches over; instances may go on running.") { config };
rebuild.SetAction((arguments, stop) => RebuildCommand.Run(arguments.GetRequiredValue(config), stop));

var topic = new Option<string?>("--topic") { Description = "Only records that came from this topic." };
var list = new Command("list", "Lists records that could not be read and wait, one JSON line each.") { config, topic };
list.SetAction((arguments, _) => DeadLetterCommand.List(arguments.GetRequiredValue(config), arguments.GetValue(topic)));
var replay = new Command("replay", "Sends those that can be read by now again to the topic they came from.") { config, topic };
replay.SetAction((arguments, _) => DeadLetterCommand.Replay(arguments.GetRequiredValue(config), arguments.GetValue(topic)));
var deadLetter = new Command("dead-letter", "Records that could not be read.") { list, replay };

var root = new RootCommand("The cloud side: alerts, stock and gateways from Kafka.") { run, check, rebuild, topics, deadLetter, user };
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    return ExitCodes.Usage;
}

// The default of two seconds would cut off a commit in work and leave the group waiting for this instance.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) });
