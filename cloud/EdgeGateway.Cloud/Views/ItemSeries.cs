using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>How the sightings of a tag are kept in its chunks; the EPC is the series.</summary>
public static class ItemSeries
{
    // Set beside the change where store and seq follow at the end.
    private const byte HasNumber = 0x80;

    public static void Write(ChunkBuffer to, TagEvent e)
    {
        to.WriteText(e.Site);
        to.WriteText(e.Zone);
        to.WriteText(e.Passage);
        to.WriteByte((byte)((byte)e.Change | HasNumber));
        to.WriteText(e.Gateway);
        to.WriteText(e.Device);
        to.WriteNumber(e.Reads);
        to.Write(e.RssiDbm ?? double.NaN);
        to.WriteText(e.Store);
        to.WriteNumber(e.Seq);
    }

    public static IEnumerable<StoredSighting> Read(byte[] chunk)
    {
        using var reader = new BinaryReader(new MemoryStream(chunk));
        while (reader.BaseStream.Position < chunk.Length)
        {
            var (at, site, zone, passage, change) = (reader.ReadInt64(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadByte());
            var (gateway, device, reads, rssi) = (reader.ReadString(), reader.ReadString(), reader.Read7BitEncodedInt(), reader.ReadDouble());
            var (store, seq) = (change & HasNumber) != 0 ? (reader.ReadString(), reader.Read7BitEncodedInt64()) : ("", 0);
            yield return new StoredSighting(
                at, site, zone, passage, (TagChange)(change & ~HasNumber), gateway, device, reads, double.IsNaN(rssi) ? null : rssi, store, seq);
        }
    }
}

/// <summary>A tag event as kept. <paramref name="At"/> is event time in Unix milliseconds.</summary>
public readonly record struct StoredSighting(
    long At, string Site, string Zone, string Passage, TagChange Change, string Gateway, string Device, int Reads, double? RssiDbm, string Store, long Seq)
{
    public static StoredSighting Of(TagEvent e) => new(
        e.ObservedAt.ToUnixTimeMilliseconds(), e.Site, e.Zone, e.Passage, e.Change, e.Gateway, e.Device, e.Reads, e.RssiDbm, e.Store, e.Seq);

    /// <summary>
    /// By time. The number decides between two of one gateway in one millisecond; between gateways their names do, so that any
    /// order of coming gives the same.
    /// </summary>
    public static int Compare(StoredSighting one, StoredSighting other) =>
        one.At != other.At ? one.At.CompareTo(other.At)
        : one.Gateway != other.Gateway ? string.CompareOrdinal(one.Gateway, other.Gateway)
        : one.Store != other.Store ? string.CompareOrdinal(one.Store, other.Store)
        : one.Seq.CompareTo(other.Seq);
}
