using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace EdgeGateway.Cloud.Commands;

/// <summary><c>edge-cloud topics create</c>: makes what is missing and says what differs; it changes nothing that is there.</summary>
public static class TopicsCommand
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    public static async Task<int> Create(FileInfo file, int partitions, short replication)
    {
        if (CheckCommand.Read(file) is not { } configuration)
        {
            return ExitCodes.Usage;
        }

        using var admin = new AdminClientBuilder(configuration.Settings.Kafka.ToClientConfig("edge-cloud-topics", configuration.Folder))
            .SetLogHandler((_, message) => Console.Error.WriteLine(message.Message)).Build();
        try
        {
            var there = admin.GetMetadata(AnswerLimit).Topics.Where(topic => !topic.Error.IsError).ToDictionary(topic => topic.Topic, StringComparer.Ordinal);
            var missing = TopicPlan.All.Where(plan => !there.ContainsKey(plan.Name)).ToList();
            if (missing.Count > 0)
            {
                await admin.CreateTopicsAsync(
                    missing.Select(plan => new TopicSpecification { Name = plan.Name, NumPartitions = partitions, ReplicationFactor = replication, Configs = plan.Settings }),
                    new CreateTopicsOptions { RequestTimeout = AnswerLimit, OperationTimeout = AnswerLimit });
                missing.ForEach(plan => Console.WriteLine($"{plan.Name}: made with {partitions} partitions"));
            }

            var plans = TopicPlan.All.Where(plan => there.ContainsKey(plan.Name)).ToList();
            await Compare(admin, plans, there, partitions, replication);
            return ExitCodes.Done;
        }
        catch (CreateTopicsException e)
        {
            e.Results.ForEach(result => Console.Error.WriteLine($"making {result.Topic}: {(result.Error.IsError ? result.Error.Reason : "done")}"));
            return ExitCodes.Failed;
        }
        catch (KafkaException e)
        {
            Console.Error.WriteLine($"asking {configuration.Settings.Kafka.BootstrapServers}: {e.Error.Reason}; is it reachable, and may this identity make topics?");
            return ExitCodes.Failed;
        }
    }

    private static async Task Compare(IAdminClient admin, List<TopicPlan> plans, Dictionary<string, TopicMetadata> there, int partitions, short replication)
    {
        if (plans.Count == 0)
        {
            return;
        }

        var resources = plans.Select(plan => new ConfigResource { Type = ResourceType.Topic, Name = plan.Name });
        var described = await admin.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = AnswerLimit });
        foreach (var plan in plans)
        {
            var entries = described.Single(result => result.ConfigResource.Name == plan.Name).Entries;
            var differences = plan.Settings
                .Where(setting => entries.TryGetValue(setting.Key, out var entry) && entry.Value != setting.Value)
                .Select(setting => $"{setting.Key} is {entries[setting.Key].Value}, planned {setting.Value}").ToList();
            if (there[plan.Name].Partitions.Count != partitions)
            {
                differences.Add($"has {there[plan.Name].Partitions.Count} partitions, planned {partitions}");
            }

            var replicas = there[plan.Name].Partitions.Min(partition => partition.Replicas.Length);
            if (replication > 0 && replicas != replication)
            {
                differences.Add($"has {replicas} replicas, planned {replication}");
            }

            Console.WriteLine(differences.Count == 0 ? $"{plan.Name}: there already" : $"{plan.Name}: differs: {string.Join("; ", differences)}");
        }
    }
}
