using System.Buffers;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Store;

/// <summary>A probe and what its rules remember of it.</summary>
public sealed class DeviceRow(string gateway, string device, ExcursionState state) : StoredRow
{
    private static readonly string[] Columns = ["gateway", "device", "profile", "site", "asset", "state"];

    public static readonly Table<(string Gateway, string Device), DeviceRow> Table = new(
        "devices", Columns, 2,
        (key, to) =>
        {
            to.Text(key.Gateway);
            to.Text(key.Device);
        },
        Write, Read);

    /// <summary>All devices of a gateway at once.</summary>
    public static readonly Table<string, DeviceRow> OfGateway = new("devices", Columns, 1, (key, to) => to.Text(key), Write, Read);

    public string Gateway => gateway;

    public string Device => device;

    /// <summary>Series of its readings.</summary>
    public string Series { get; } = ReadingSeries.KeyOf(gateway, device);

    /// <summary>Where this batch's readings go; null outside of a batch.</summary>
    internal SeriesChunk? Readings { get; set; }

    public string Site { get; set; } = "";

    public string? Asset { get; set; }

    /// <summary>Name of the profile its newest reading came with.</summary>
    public string? Profile { get; set; }

    public ExcursionState State { get; set; } = state;

    /// <summary>Event time of the earliest reading of this batch that came after newer ones, Unix milliseconds; null while there is none.</summary>
    internal long? LateFrom { get; set; }

    /// <summary>When the newest record with such a reading reached Kafka.</summary>
    internal long LateRecordAt { get; set; }

    private static void Write(DeviceRow row, IRowWriter to)
    {
        to.Text(row.Gateway);
        to.Text(row.Device);
        to.Text(row.Profile);
        to.Text(row.Site);
        to.Text(row.Asset);
        var bytes = new ArrayBufferWriter<byte>(128);
        row.State.Write(bytes);
        to.Bytes(bytes.WrittenMemory);
    }

    private static DeviceRow Read(IRowReader from)
    {
        var (gateway, device, profile, site, asset) = (from.Text(), from.Text(), from.TextOrNull(), from.Text(), from.TextOrNull());
        return new DeviceRow(gateway, device, ExcursionState.Read(from.Bytes())) { Profile = profile, Site = site, Asset = asset };
    }
}
