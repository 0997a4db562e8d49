using System.Text;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>
/// Sparkplug B: births give metrics their names, types and aliases, data carry values by alias, deaths say that a node
/// or device is gone. Values that were stored and forwarded (<c>is_historical</c>) keep their own time, so that they
/// count for that time and are never taken for a present one.
/// </summary>
internal sealed class SparkplugFormat : PayloadFormat
{
    private const int GroupLevel = 1;
    private const int TypeLevel = 2;
    private const int NodeLevel = 3;
    private const int MaxSources = 10_000;
    private const int MaxAliases = 10_000;
    private const int StaleQuality = 500;

    private const string NodeGone = "its Sparkplug node has gone (NDEATH)";

    private static readonly TimeSpan RebirthPause = TimeSpan.FromSeconds(30);

    private readonly MqttSettings settings;
    private readonly DriverHost host;
    private readonly ILogger log;
    private readonly MappedValues values;
    private readonly bool standsForMany;
    private readonly (MappedField Field, byte[] Name)[] wantedMetrics;

    /// <summary>By topic; a birth and the data that follow it share one.</summary>
    private readonly Dictionary<string, Source> sources = new(StringComparer.Ordinal);

    public SparkplugFormat(MqttSettings settings, DriverHost host)
    {
        this.settings = settings;
        this.host = host;
        log = host.Logs.CreateLogger<SparkplugFormat>();
        values = new MappedValues(settings);
        standsForMany = settings.Topic.Contains("{device}", StringComparison.Ordinal);
        wantedMetrics = [.. ValueMap.FieldsOf(settings.Map ?? ValueMap.None).Select(entry => (entry.Field, Encoding.UTF8.GetBytes(entry.Source)))];
    }

    /// <summary>A device dies with its node, whose death is told on a topic of its own.</summary>
    public override IEnumerable<string> Filters(string filter)
    {
        var levels = filter.Split('/');
        return levels.Length == 5 && levels[TypeLevel] == "+" ? [filter, $"{levels[0]}/{levels[1]}/NDEATH/{levels[NodeLevel]}"] : [filter];
    }

    /// <summary>With <c>{device}</c> in the topic: all that were heard of a node that has died.</summary>
    public override (IReadOnlyList<string> Devices, string Reason)? DevicesGone(string topic)
    {
        if (!standsForMany || TopicPattern.Level(topic, TypeLevel) is not "NDEATH")
        {
            return null;
        }

        var node = NodeOf(topic);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in sources.Values)
        {
            if (source.Node == node)
            {
                source.Die();
                gone.Add(source.Device);
            }
        }

        return ([.. gone], NodeGone);
    }

    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings)
    {
        var type = TopicPattern.Level(topic, TypeLevel);
        if (type is "NDEATH" or "DDEATH")
        {
            readings.Death = type is "NDEATH" ? NodeGone : "its Sparkplug node says it has gone (DDEATH)";
            foreach (var dead in sources.Values)
            {
                if (dead.Device == device)
                {
                    dead.Die();
                }
            }

            return;
        }

        var isBirth = type is "NBIRTH" or "DBIRTH";
        if ((!isBirth && type is not ("NDATA" or "DDATA")) || TopicPattern.Level(topic, NodeLevel).IsEmpty)
        {
            // Commands and the state of applications are not about the device.
            return;
        }

        var source = SourceOf(topic, device);
        if (isBirth)
        {
            source.BeBorn();
        }

        values.Clear();
        ulong payloadTime = 0;
        var fields = new ProtobufReader(payload);
        while (fields.Next() && payloadTime == 0)
        {
            payloadTime = fields.Field == 1 ? fields.Number : 0;
        }

        ReadMetrics(device, topic, payload, payloadTime, source, isBirth, readings);
    }

    private void ReadMetrics(
        string device, string topic, ReadOnlySpan<byte> payload, ulong payloadTime, Source source, bool isBirth, PayloadReadings readings)
    {
        const int Metrics = 2;
        ulong? groupTime = null;
        var groupIsStored = false;
        var fields = new ProtobufReader(payload);
        while (fields.Next())
        {
            if (fields.Field != Metrics)
            {
                continue;
            }

            if (!SparkplugMetric.TryRead(fields.Bytes, out var metric))
            {
                readings.Refuse("not a payload of Sparkplug B: a metric is broken");
                return;
            }

            if (!TryFind(metric, source, isBirth, out var field, out var dataType))
            {
                if (metric.Name.IsEmpty && !source.IsBorn)
                {
                    readings.Refuse($"a metric with the alias {metric.Alias} before any birth was heard; the node was asked for one");
                    AskForRebirth(topic, source);
                }

                continue;
            }

            // Stored values come many in a payload, each with its time: what shares a time is one reading.
            var time = metric.Timestamp ?? payloadTime;
            if (groupTime is not null && (groupTime != time || groupIsStored != metric.IsHistorical || values.Has(field)))
            {
                AddGroup(device, groupIsStored, readings);
            }

            (groupTime, groupIsStored) = (time, metric.IsHistorical);
            if (metric.IsHistorical && metric.Timestamp is null)
            {
                readings.Refuse("a stored value without its time, which would pass for a present one");
                continue;
            }

            values.ObservedAt = time < 1e14 && time > 0 ? Times.IfSet(DateTimeOffset.UnixEpoch.AddMilliseconds(time)) : null;
            Take(metric, field, dataType, readings);
        }

        if (fields.IsBroken)
        {
            readings.Refuse("not a payload of Sparkplug B: broken protobuf");
        }
        else if (groupTime is not null)
        {
            AddGroup(device, groupIsStored, readings);
        }
    }

    /// <summary>A node reports what changed; a change of the battery alone is no reading.</summary>
    private void AddGroup(string device, bool isStored, PayloadReadings readings)
    {
        var before = readings.Count;
        if (values.IsWhole)
        {
            values.AddTo(readings, device);
        }

        if (isStored && readings.Count > before)
        {
            readings.MarkStored(before);
        }

        values.Clear();
    }

    private bool TryFind(in SparkplugMetric metric, Source source, bool isBirth, out MappedField field, out int dataType)
    {
        if (metric.Name.IsEmpty && metric.Alias is { } alias && source.Aliases.TryGetValue(alias, out var known))
        {
            field = known.Field;
            dataType = metric.DataType != 0 ? metric.DataType : known.DataType;
            return true;
        }

        foreach (var (wanted, name) in wantedMetrics)
        {
            if (metric.Name.SequenceEqual(name))
            {
                field = wanted;
                dataType = metric.DataType != 0 ? metric.DataType : source.DataTypes.GetValueOrDefault(wanted);
                if (isBirth)
                {
                    source.DataTypes[wanted] = dataType;
                    if (metric.Alias is { } given && source.Aliases.Count < MaxAliases)
                    {
                        source.Aliases[given] = (wanted, dataType);
                    }
                }

                return true;
            }
        }

        field = default;
        dataType = 0;
        return false;
    }

    private void Take(in SparkplugMetric metric, MappedField field, int dataType, PayloadReadings readings)
    {
        if (!metric.IsGood)
        {
            if (field == MappedField.Celsius)
            {
                values.Fault = metric.Quality == StaleQuality ? "stale" : $"bad quality ({metric.Quality})";
            }
            else if (field is MappedField.Latitude or MappedField.Longitude or MappedField.Hex or MappedField.Active)
            {
                readings.Refuse($"the metric for {field} is of bad quality ({metric.Quality})");
            }
        }
        else if (metric.IsNull)
        {
            if (field == MappedField.Celsius)
            {
                values.SetNoCelsius();
            }
        }
        else if (MappedValues.IsNumber(field))
        {
            values[field] = metric.Number(dataType);
            if (values[field] is null)
            {
                readings.Refuse($"the metric for {field} is not a number");
            }
        }
        else if (field == MappedField.Active)
        {
            values.Active = metric.State(dataType);
        }
        else if (field == MappedField.Fault)
        {
            values.Fault = metric.Fault(dataType);
        }
        else if (field == MappedField.Hex)
        {
            values.SetHex(metric.TextBytes);
        }
        else if (metric.Number(dataType) is { } number)
        {
            values.ObservedAt = Times.FromUnix(number) is { } time ? Times.IfSet(time) : null;
        }
    }

    private Source SourceOf(string topic, string device)
    {
        if (sources.TryGetValue(topic, out var known))
        {
            return known;
        }

        // Topics invented without end must not fill the memory; births are asked for again.
        if (sources.Count >= MaxSources)
        {
            sources.Clear();
        }

        var levels = topic.Split('/');
        var isNode = levels[TypeLevel][0] == 'N';
        levels[TypeLevel] = isNode ? "NBIRTH" : "DBIRTH";
        var birth = string.Join('/', levels);
        levels[TypeLevel] = isNode ? "NDATA" : "DDATA";
        var source = new Source(NodeOf(topic), device);
        sources[birth] = source;
        sources[string.Join('/', levels)] = source;
        return source;
    }

    private static string NodeOf(string topic) => $"{TopicPattern.Level(topic, GroupLevel)}/{TopicPattern.Level(topic, NodeLevel)}";

    private void AskForRebirth(string topic, Source source)
    {
        var now = host.Time.GetTimestamp();
        if (source.AskedAt is { } asked && host.Time.GetElapsedTime(asked, now) < RebirthPause)
        {
            return;
        }

        source.AskedAt = now;
        var levels = topic.Split('/');
        _ = PublishRebirthAsync($"{levels[0]}/{levels[1]}/NCMD/{levels[NodeLevel]}");
    }

    private async Task PublishRebirthAsync(string topic)
    {
        // A payload of one metric: its name, its type (Boolean) and true.
        byte[] command = [0x12, 26, 0x0A, 20, .. "Node Control/Rebirth"u8, 0x20, 11, 0x70, 1];
        try
        {
            using var timeout = new CancellationTokenSource(RebirthPause, host.Time);
            await host.Bus.PublishAsync(topic, command, retain: false, timeout.Token);
        }
        catch (Exception e)
        {
            log.LogWarning("{Device}: could not ask for a Sparkplug birth on '{Topic}': {Cause}; will ask again", settings.Id, topic, e.Message);
        }
    }

    /// <summary>What the last birth of a node or device said.</summary>
    private sealed class Source(string node, string device)
    {
        /// <summary>Group and node.</summary>
        public string Node { get; } = node;

        public string Device { get; } = device;

        public bool IsBorn { get; private set; }

        public Dictionary<ulong, (MappedField Field, int DataType)> Aliases { get; } = [];

        public Dictionary<MappedField, int> DataTypes { get; } = [];

        public long? AskedAt { get; set; }

        public void BeBorn()
        {
            Die();
            IsBorn = true;
        }

        /// <summary>Until the next birth its aliases mean nothing.</summary>
        public void Die()
        {
            IsBorn = false;
            Aliases.Clear();
            DataTypes.Clear();
        }
    }
}
