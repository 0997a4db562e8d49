namespace EdgeGateway.Contracts;

/// <summary>How a 96-bit scheme divides its bits between company prefix and reference, by partition 0 to 6.</summary>
internal sealed record EpcPartition(int PrefixBits, int PrefixDigits, int ReferenceBits, int ReferenceDigits)
{
    private static readonly int[] PrefixBitsOf = [40, 37, 34, 30, 27, 24, 20];

    /// <summary>Partitions of a scheme; the asset reference of a GIAI has no fixed number of digits, which -1 stands for.</summary>
    public static EpcPartition[] Of(EpcScheme scheme) => scheme switch
    {
        EpcScheme.Sgtin96 => Sgtin,
        EpcScheme.Sscc96 => Sscc,
        EpcScheme.Sgln96 => Sgln,
        EpcScheme.Grai96 => Grai,
        EpcScheme.Giai96 => Giai,
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "no 96-bit scheme"),
    };

    private static readonly EpcPartition[] Sgtin = Make([4, 7, 10, 14, 17, 20, 24], firstDigits: 1);
    private static readonly EpcPartition[] Sscc = Make([18, 21, 24, 28, 31, 34, 38], firstDigits: 5);
    private static readonly EpcPartition[] Sgln = Make([1, 4, 7, 11, 14, 17, 21], firstDigits: 0);
    private static readonly EpcPartition[] Grai = Make([4, 7, 10, 14, 17, 20, 24], firstDigits: 0);
    private static readonly EpcPartition[] Giai = Make([42, 45, 48, 52, 55, 58, 62], firstDigits: null);

    private static EpcPartition[] Make(int[] referenceBits, int? firstDigits) =>
        [.. referenceBits.Select((bits, partition) =>
            new EpcPartition(PrefixBitsOf[partition], 12 - partition, bits, firstDigits + partition ?? -1))];
}
