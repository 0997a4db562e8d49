using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Cloud.Consume;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Consume;

/// <summary>
/// Every record that is consumed is checked against its published schema: not by a validator, which would cost more than all
/// the rest, but by a parser that takes exactly what the schema takes. That it does is what this shows.
/// </summary>
public sealed class SchemaAgreementTests
{
    private static readonly string Schemas = Repository.PathOf("shared/schemas");

    public static TheoryData<string> ConsumedTopics => [.. ConsumeLoop.Subscribed];

    [Theory]
    [MemberData(nameof(ConsumedTopics))]
    public void What_the_schema_takes_is_folded_and_all_else_is_a_dead_letter_with_its_reason(string topic)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Schemas, topic + ".v1.json")));
        var samples = File.ReadAllLines(Path.Combine(Schemas, "baseline", topic + ".v1.samples.jsonl"));
        var random = new Random(topic.Length);
        var count = TestScale.Pick(quick: 500, normal: 5_000, @long: 200_000);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var record = JsonNode.Parse(samples[random.Next(samples.Length)])!.AsObject();
            JsonMutation.Apply(record, random);
            var text = record.ToJsonString();
            using var value = JsonDocument.Parse(text);
            var mistakes = JsonSchema.Mistakes(schema.RootElement, value.RootElement);
            var reason = ReasonToRefuse(topic, Encoding.UTF8.GetBytes(text));
            if (!IsBeyondSchemas(reason))
            {
                Assert.True(mistakes.Count == 0 == reason is null, $"schema: {string.Join(", ", mistakes)}; parser: {reason ?? "takes it"}; {text}");
                refused += reason is null ? 0 : 1;
            }
        }

        Assert.InRange(refused, count / 10, count * 9 / 10);
    }

    [Theory]
    [MemberData(nameof(ConsumedTopics))]
    public void What_is_no_JSON_object_at_all_is_a_dead_letter(string topic)
    {
        var sample = Encoding.UTF8.GetBytes(File.ReadLines(Path.Combine(Schemas, "baseline", topic + ".v1.samples.jsonl")).First());
        Assert.Null(ReasonToRefuse(topic, sample));
        byte[][] values = [[], "null"u8.ToArray(), "[]"u8.ToArray(), "5"u8.ToArray(), [0xff, 0xfe], sample[..^1], [.. sample, (byte)'x'], [.. sample, .. sample]];
        Assert.All(values, value => Assert.NotNull(ReasonToRefuse(topic, value)));
        Assert.NotNull(RecordParser.Check(new KafkaRecord { Topic = topic, Partition = 0, Offset = 0, HasValue = false }));
    }

    private static string? ReasonToRefuse(string topic, byte[] value) =>
        RecordParser.Check(new KafkaRecord { Topic = topic, Partition = 0, Offset = 0, Value = value, HasValue = true });

    // What a schema cannot say: that one field must not be less than, or the same as, another.
    private static bool IsBeyondSchemas(string? reason) => reason is not null
        && (reason.Contains("less than fromSeq", StringComparison.Ordinal) || reason.Contains("the site the transfer leaves", StringComparison.Ordinal));
}
