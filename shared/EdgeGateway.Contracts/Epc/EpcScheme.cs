namespace EdgeGateway.Contracts;

/// <summary>How a tag is encoded; the value is its header byte.</summary>
public enum EpcScheme
{
    /// <summary>No scheme that is known, or one that the bits break.</summary>
    Raw = 0,
    Sgtin96 = 0x30,
    Sscc96 = 0x31,
    Sgln96 = 0x32,
    Grai96 = 0x33,
    Giai96 = 0x34,
    GraiPlus = 0xF1,
    SglnPlus = 0xF2,
    SgtinPlus = 0xF7,
    SsccPlus = 0xF9,
    GiaiPlus = 0xFA,
}
