using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>How the sightings of a tag are kept in its chunks; the EPC is the series.</summary>
public static class ItemSeries
{
    public static void Write(BinaryWriter to, TagEvent e)
    {
        to.Write(e.Site);
        to.Write(e.Zone);
        to.Write(e.Passage);
        to.Write((byte)e.Change);
        to.Write(e.Gateway);
        to.Write(e.Device);
        to.Write7BitEncodedInt(e.Reads);
        to.Write(e.RssiDbm ?? double.NaN);
    }

    public static IEnumerable<StoredSighting> Read(byte[] chunk)
    {
        using var reader = new BinaryReader(new MemoryStream(chunk));
        while (reader.BaseStream.Position < chunk.Length)
        {
            var sighting = new StoredSighting(
                reader.ReadInt64(), reader.ReadString(), reader.ReadString(), reader.ReadString(), (TagChange)reader.ReadByte(),
                reader.ReadString(), reader.ReadString(), reader.Read7BitEncodedInt(), reader.ReadDouble());
            yield return double.IsNaN(sighting.RssiDbm!.Value) ? sighting with { RssiDbm = null } : sighting;
        }
    }
}

/// <summary>A tag event as kept. <paramref name="At"/> is event time in Unix milliseconds.</summary>
public readonly record struct StoredSighting(
    long At, string Site, string Zone, string Passage, TagChange Change, string Gateway, string Device, int Reads, double? RssiDbm);
