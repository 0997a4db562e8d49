using System.Globalization;

namespace EdgeGateway.Simulator.Scenario;

/// <summary>
/// Makes SGTIN-96 tags as a label printer does. Written apart from the decoder in the contracts,
/// so that the check does not believe the code that it checks.
/// </summary>
public sealed class Sgtin96
{
    private const int CompanyDigits = 7;
    private const int CompanyBits = 24;
    private const int ItemBits = 20;
    private const int SerialBits = 38;
    private const int Partition = 5;
    private const int FilterPointOfSale = 1;

    private readonly ulong company;
    private readonly ulong item;

    /// <param name="companyPrefix">Seven digits.</param>
    /// <param name="itemReference">Indicator digit and five digits of the item.</param>
    public Sgtin96(string companyPrefix, string itemReference)
    {
        company = ulong.Parse(companyPrefix, CultureInfo.InvariantCulture);
        item = ulong.Parse(itemReference, CultureInfo.InvariantCulture);
        var digits = itemReference[..1] + companyPrefix + itemReference[1..];
        var sum = digits.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 3 : 1)).Sum();
        Gtin = digits + (char)('0' + ((10 - (sum % 10)) % 10));
        if (companyPrefix.Length != CompanyDigits || Gtin.Length != 14)
        {
            throw new ArgumentException("company prefix and item reference have 13 digits together, 7 and 6", nameof(companyPrefix));
        }
    }

    /// <summary>GTIN-14 with its check digit.</summary>
    public string Gtin { get; }

    /// <summary>The 24 hex digits of the tag with this serial number.</summary>
    public string Hex(ulong serial)
    {
        UInt128 bits = 0x30;
        bits = (bits << 3) | FilterPointOfSale;
        bits = (bits << 3) | Partition;
        bits = (bits << CompanyBits) | company;
        bits = (bits << ItemBits) | item;
        bits = (bits << SerialBits) | serial;
        return bits.ToString("X24", CultureInfo.InvariantCulture);
    }
}
