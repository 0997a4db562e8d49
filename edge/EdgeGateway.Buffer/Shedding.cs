using System.Text.Json;
using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>
/// Decides what a stretch of the queue gives up: repeat tag reads and in-range positions entirely, in-range
/// temperatures down to three true readings per device and window. Each loss is counted for the ledger.
/// </summary>
internal sealed class Shedding(Importance level)
{
    /// <summary>So short that the gaps between what is kept do not look like a silent probe.</summary>
    private const long WindowMs = 5 * 60 * 1000;

    private readonly List<Candidate> events = [];
    private readonly Dictionary<(int Device, long Window), List<Candidate>> windows = [];

    /// <summary>All events in order, each with the verdict.</summary>
    public IReadOnlyList<Candidate> Events => events;

    /// <summary>What is given up, per device, family and store.</summary>
    public Dictionary<(int Device, EventFamily Family, StoreRange Store), Loss> Losses { get; } = [];

    public void Add(in ChunkRow row, ReadOnlyMemory<byte> body, StoreRange store)
    {
        var candidate = new Candidate(row, body, store);
        events.Add(candidate);
        if (row.Importance != level)
        {
            return;
        }

        if (level != Importance.TemperatureInRange)
        {
            GiveUp(candidate);
            return;
        }

        var window = (row.Device, row.At / WindowMs);
        if (!windows.TryGetValue(window, out var readings))
        {
            windows[window] = readings = [];
        }

        readings.Add(candidate);
    }

    /// <summary>Call once when all events were added: keeps of each window the lowest, the highest and the reading nearest the mean.</summary>
    public void Thin()
    {
        foreach (var readings in windows.Values)
        {
            var mean = readings.Average(r => r.Celsius);
            var lowest = readings.MinBy(r => r.Celsius);
            var highest = readings.MaxBy(r => r.Celsius);
            var typical = readings.MinBy(r => Math.Abs(r.Celsius - mean));
            foreach (var reading in readings)
            {
                if (reading != lowest && reading != highest && reading != typical)
                {
                    GiveUp(reading);
                }
            }
        }
    }

    private void GiveUp(Candidate e)
    {
        e.IsGivenUp = true;
        var key = (e.Row.Device, e.Row.Family, e.Store);
        var before = Losses.GetValueOrDefault(key, new Loss(e.Row.Position, e.Row.Position, 0));
        Losses[key] = new Loss(
            Math.Min(before.From, e.Row.Position), Math.Max(before.To, e.Row.Position), before.Count + 1);
    }

    internal sealed class Candidate(ChunkRow row, ReadOnlyMemory<byte> body, StoreRange store)
    {
        private double? celsius;

        public ChunkRow Row => row;

        public ReadOnlyMemory<byte> Body => body;

        public StoreRange Store => store;

        public bool IsGivenUp { get; set; }

        public double Celsius => celsius ??= Read();

        private double Read()
        {
            var json = new Utf8JsonReader(body.Span);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("celsius"u8) && json.Read())
                {
                    return json.GetDouble();
                }
            }

            return 0;
        }
    }

    /// <summary>Positions are inclusive; within them <paramref name="Count"/> events were given up.</summary>
    internal readonly record struct Loss(long From, long To, long Count);
}
