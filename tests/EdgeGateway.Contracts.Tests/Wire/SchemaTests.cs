using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Testing;

namespace EdgeGateway.Contracts.Tests.Wire;

/// <summary>The published schemas, our writers and our readers say the same, now and against the baseline that others may still use.</summary>
public sealed class SchemaTests
{
    private static readonly string Folder = Repository.PathOf("shared/schemas");

    private static readonly string Baseline = Path.Combine(Folder, "baseline");

    public static TheoryData<string> TopicNames =>
    [
        Topics.Temperature, Topics.Position, Topics.Tags, Topics.Inputs, Topics.Ledger, Topics.Status, Topics.Movements, Topics.Levels, Topics.Alerts,
    ];

    [Theory]
    [MemberData(nameof(TopicNames))]
    public void What_is_written_satisfies_the_schema_and_is_read_back(string topic)
    {
        foreach (var value in Values(topic))
        {
            Assert.Empty(JsonSchema.Mistakes(Schema(Folder, topic), Json(value)));
            Assert.NotNull(Samples.Parse(topic, value));
        }
    }

    [Theory]
    [MemberData(nameof(TopicNames))]
    public void The_schema_names_exactly_the_fields_that_are_written(string topic)
    {
        var written = Values(topic).SelectMany(value => Json(value).EnumerateObject()).Select(field => field.Name).Distinct();

        Assert.Equal(Fields(Schema(Folder, topic)), written.Order());
    }

    [Theory]
    [MemberData(nameof(TopicNames))]
    public void The_reader_takes_what_the_schema_takes_and_nothing_else(string topic)
    {
        var random = new Random(topic.Length);
        var schema = Schema(Folder, topic);
        var values = Values(topic).ToList();
        var count = TestScale.Pick(quick: 300, normal: 3_000, @long: 100_000);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var record = JsonNode.Parse(values[random.Next(values.Count)])!.AsObject();
            JsonMutation.Apply(record, random);
            var value = Encoding.UTF8.GetBytes(record.ToJsonString());
            var mistakes = JsonSchema.Mistakes(schema, Json(value));
            var reason = ReasonToRefuse(topic, value);

            // What a schema cannot say: that one field must not be less than, or the same as, another.
            if (reason is not null && (reason.Contains("less than fromSeq", StringComparison.Ordinal) || reason.Contains("the site the transfer leaves", StringComparison.Ordinal)))
            {
                continue;
            }

            Assert.True(mistakes.Count == 0 == reason is null, $"schema: {string.Join(", ", mistakes)}; reader: {reason ?? "takes it"}; {record.ToJsonString()}");
            refused += reason is null ? 0 : 1;
        }

        Assert.InRange(refused, count / 10, count * 9 / 10);
    }

    [Theory]
    [MemberData(nameof(TopicNames))]
    public void A_reader_of_today_takes_what_a_newer_writer_adds(string topic)
    {
        foreach (var value in Values(topic))
        {
            var newer = JsonNode.Parse(value)!.AsObject();
            newer["aNewField"] = 5;
            newer["another"] = new JsonObject { ["celsius"] = 99, ["list"] = new JsonArray(1, "two", null) };

            var read = Samples.Parse(topic, Encoding.UTF8.GetBytes(newer.ToJsonString()));

            Assert.Equal(Again(Samples.Parse(topic, value)), Again(read));
        }
    }

    [Theory]
    [MemberData(nameof(TopicNames))]
    public void What_is_written_today_satisfies_the_baseline(string topic)
    {
        foreach (var value in Values(topic))
        {
            Assert.Empty(JsonSchema.Mistakes(Schema(Baseline, topic), Json(value)));
        }
    }

    [Theory]
    [MemberData(nameof(TopicNames))]
    public void What_was_written_at_the_baseline_is_read_today(string topic)
    {
        var lines = File.ReadAllLines(Path.Combine(Baseline, topic + ".v1.samples.jsonl"));

        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            Assert.Null(ReasonToRefuse(topic, Encoding.UTF8.GetBytes(line)));
            Assert.Empty(JsonSchema.Mistakes(Schema(Folder, topic), Json(Encoding.UTF8.GetBytes(line))));
        }
    }

    [Theory]
    [MemberData(nameof(TopicNames))]
    public void Since_the_baseline_fields_were_only_added_and_none_became_required_or_optional(string topic)
    {
        var (then, now) = (Schema(Baseline, topic), Schema(Folder, topic));

        Assert.Equal(Strings(then.GetProperty("required")), Strings(now.GetProperty("required")));
        Assert.Subset(Fields(now).ToHashSet(), Fields(then).ToHashSet());
        foreach (var field in Fields(then))
        {
            var (before, after) = (Field(then, field), Field(now, field));
            Assert.Equal((field, Part(before, "type")), (field, Part(after, "type")));
            Assert.Equal((field, Part(before, "enum")), (field, Part(after, "enum")));
        }
    }

    private static string? ReasonToRefuse(string topic, byte[] value)
    {
        try
        {
            Samples.Parse(topic, value);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<byte[]> Values(string topic) => Samples.All().Where(sample => sample.Topic == topic).Select(sample => sample.Value);

    private static JsonElement Json(ReadOnlyMemory<byte> value) => JsonDocument.Parse(value).RootElement;

    private static JsonElement Schema(string folder, string topic) => Json(File.ReadAllBytes(Path.Combine(folder, topic + ".v1.json")));

    private static IEnumerable<string> Fields(JsonElement schema) => schema.GetProperty("properties").EnumerateObject().Select(field => field.Name).Order();

    private static JsonElement Field(JsonElement schema, string name) => schema.GetProperty("properties").GetProperty(name);

    private static string Part(JsonElement field, string keyword) => field.TryGetProperty(keyword, out var part) ? part.GetRawText() : "";

    private static IEnumerable<string?> Strings(JsonElement list) => list.EnumerateArray().Select(item => item.GetString()).Order();

    /// <summary>What was read as one text, to be compared.</summary>
    private static string Again(object record) => record is GatewayStatus status ? Encoding.UTF8.GetString(status.ToJson()) : record.ToString()!;
}
