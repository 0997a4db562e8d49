using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Contracts;
using EdgeGateway.Simulator.Check;
using EdgeGateway.Simulator.Journal;

namespace EdgeGateway.Simulator;

/// <summary>
/// <c>edge-simulator check</c>: compares the journal with topics and views until they agree or time is up.
/// Says each disagreement on standard error and prints one JSON line of counts.
/// </summary>
internal static class CheckCommand
{
    private static readonly string[] AllTopics =
    [
        Topics.Temperature, Topics.Position, Topics.Tags, Topics.Inputs, Topics.Ledger,
        Topics.Movements, Topics.Levels, Topics.Alerts, Topics.DeadLetter,
    ];

    public static Command Create()
    {
        var journal = new Option<string>("--journal") { Description = "What `run` wrote.", Required = true };
        var kafka = new Option<string>("--kafka") { Description = "Bootstrap address of Kafka.", Required = true };
        var cloud = new Option<string>("--cloud") { Description = "Address of the cloud's page.", Required = true };
        var user = new Option<string>("--user") { Description = "User of the cloud.", Required = true };
        var passwordFile = new Option<string>("--password-file") { Description = "File with that user's password.", Required = true };
        var within = new Option<int>("--within-seconds") { Description = "How long data may still be on their way.", DefaultValueFactory = _ => 40 };
        var command = new Command("check", "Compares the journal with what the topics and the cloud's views hold.") { journal, kafka, cloud, user, passwordFile, within };
        command.SetAction(async (parsed, stop) =>
        {
            var entries = JournalFile.Read(parsed.GetRequiredValue(journal));
            var password = (await File.ReadAllTextAsync(parsed.GetRequiredValue(passwordFile), stop)).Trim();
            using var client = new CloudClient(new Uri(parsed.GetRequiredValue(cloud)));
            await client.SignIn(parsed.GetRequiredValue(user), password);
            var started = Stopwatch.GetTimestamp();
            while (true)
            {
                List<TopicRecord> records = [.. TopicReader.ReadAll(parsed.GetRequiredValue(kafka), AllTopics).Select(TopicRecord.From)];
                var verdict = Comparison.Of(entries, records, await client.Read(entries));
                if (verdict.Passed || Stopwatch.GetElapsedTime(started).TotalSeconds > parsed.GetValue(within))
                {
                    return Say(verdict);
                }

                await Task.Delay(TimeSpan.FromSeconds(1), stop);
            }
        });
        return command;
    }

    private static int Say(Verdict verdict)
    {
        foreach (var words in verdict.Words)
        {
            Console.Error.WriteLine(words);
        }

        var line = new JsonObject { ["passed"] = verdict.Passed };
        foreach (var (name, count) in verdict.Counts)
        {
            line[name] = count;
        }

        line["failures"] = JsonSerializer.SerializeToNode(verdict.Failures);
        Console.WriteLine(line.ToJsonString());
        return verdict.Passed ? 0 : 1;
    }
}
