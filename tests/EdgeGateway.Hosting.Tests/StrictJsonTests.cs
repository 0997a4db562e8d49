using System.Text;

namespace EdgeGateway.Hosting.Tests;

public sealed class StrictJsonTests
{
    [Fact]
    public void A_right_configuration_is_read_with_its_defaults()
    {
        var (truck, mistakes) = Read("""{ "name": "a", "every": "30s", "probes": [ { "id": "p", "kind": "warm" } ], "limits": { "x": 1.5 } }""");

        Assert.Empty(mistakes);
        Assert.Equal("a", truck!.Name);
        Assert.Equal(TimeSpan.FromSeconds(30), truck.Every);
        Assert.Equal(8080, truck.Port);
        Assert.Null(truck.Note);
        Assert.Equal(new Probe { Id = "p", Kind = ProbeKind.Warm }, Assert.Single(truck.Probes));
        Assert.Equal(1.5, truck.Limits["x"]);
    }

    [Fact]
    public void Every_mistake_is_said_with_its_path()
    {
        var (_, mistakes) = Read("""
            { "nam": "a", "every": "30 s", "port": "80", "note": 5, "probes": [ { "id": null, "kind": "hot" }, 7 ], "limits": { "x": "y", "x": 1 }, "port": 1 }
            """);

        Assert.Equal(
            ["$.every", "$.limits.x", "$.nam", "$.name", "$.note", "$.port", "$.port", "$.probes[0].id", "$.probes[0].kind", "$.probes[1]"],
            mistakes.Select(mistake => mistake.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_unknown_key_is_answered_with_the_known_ones()
    {
        var (_, mistakes) = Read("""{ "name": "a", "prot": 1 }""");

        var mistake = Assert.Single(mistakes);
        Assert.Equal("$.prot", mistake.Path);
        Assert.Contains("port", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"name\": ")]
    [InlineData("{ \"name\": \"a\", }")]
    [InlineData("nonsense")]
    public void What_is_no_JSON_is_said_with_line_and_byte(string text)
    {
        var (truck, mistakes) = Read(text);

        Assert.Null(truck);
        Assert.Contains("line 1", Assert.Single(mistakes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_a_mistake_and_not_a_stack_overflow()
    {
        var (_, mistakes) = Read(new string('[', 100_000));

        Assert.Single(mistakes);
    }

    private static (Truck? Value, List<Mistake> Mistakes) Read(string json)
    {
        var mistakes = new List<Mistake>();
        return (StrictJson.Read<Truck>(Encoding.UTF8.GetBytes(json), mistakes), mistakes);
    }

    private sealed record Truck
    {
        public required string Name { get; init; }

        public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

        public int Port { get; init; } = 8080;

        public string? Note { get; init; }

        public IReadOnlyList<Probe> Probes { get; init; } = [];

        public IReadOnlyDictionary<string, double> Limits { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);
    }

    private sealed record Probe
    {
        public required string Id { get; init; }

        public ProbeKind Kind { get; init; }
    }

    private enum ProbeKind
    {
        Cold,
        Warm,
    }
}
