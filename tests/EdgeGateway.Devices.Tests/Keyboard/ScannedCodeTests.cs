using EdgeGateway.Contracts;
using EdgeGateway.Devices.Keyboard;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Keyboard;

/// <summary>Which item a scanned text means.</summary>
public sealed class ScannedCodeTests
{
    private const string Item = "https://id.gs1.org/01/79521141123453/21/32a%2Fb";

    [Theory]
    [InlineData("3074257BF7194E4000001A85", "urn:epc:id:sgtin:0614141.812345.6789")]
    [InlineData("3074257bf7194e4000001a85", "urn:epc:id:sgtin:0614141.812345.6789")]
    [InlineData("E28011606000020A6681F23F", "raw:E28011606000020A6681F23F")]
    [InlineData("(01)79521141123453(21)32a/b", Item)]
    [InlineData("017952114112345321" + "32a/b", Item)]
    [InlineData("]C1017952114112345321" + "32a/b", Item)]
    [InlineData("]d201795211411234531725123110LOT7\x1D" + "2132a/b", Item)]
    [InlineData("\x1D" + "017952114112345310LOT7\x1D" + "2132a/b", Item)]
    [InlineData("https://example.com/some/where/01/79521141123453/21/32a%2Fb?17=251231", Item)]
    [InlineData("00106141412345678908", "https://id.gs1.org/00/106141412345678908")]
    [InlineData("(00)106141412345678908", "https://id.gs1.org/00/106141412345678908")]
    public void A_code_that_names_an_item_or_a_unit_is_that_item(string text, string uri)
    {
        Assert.Equal(uri, EpcDecoder.Decode(ScannedCode.ToHex(text)).Uri);
    }

    [Fact]
    public void A_serialised_code_carries_its_GTIN_and_a_logistic_unit_its_SSCC()
    {
        Assert.Equal("79521141123453", EpcDecoder.Decode(ScannedCode.ToHex("(01)79521141123453(21)32a/b")).Gtin);
        Assert.Equal("106141412345678908", EpcDecoder.Decode(ScannedCode.ToHex("(00)106141412345678908")).Sscc);
    }

    [Theory]
    [InlineData("PALLET-0042")]
    [InlineData("4006381333931")]
    [InlineData("036000291452")]
    [InlineData("012345678901234567890123")]
    [InlineData("Kühlraum 7")]
    [InlineData("(01)80614141123459(21)7")]
    [InlineData("https://example.com/shop")]
    public void Any_other_code_is_a_raw_tag_that_no_scheme_claims(string text)
    {
        var tag = EpcDecoder.Decode(ScannedCode.ToHex(text));

        Assert.Equal(EpcScheme.Raw, tag.Scheme);
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(Convert.FromHexString(tag.Hex)[1..]));
    }

    [Fact]
    public void A_code_too_long_to_be_a_tag_is_refused_with_the_reason()
    {
        var error = Assert.Throws<FormatException>(() => ScannedCode.ToHex(new string('x', 62)));

        Assert.Contains("62 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_scanned_is_hex_or_refused()
    {
        var random = new Random(1950);
        const string Alphabet = "0123456789012345678901()]Cde\x1D ABCDEFabc-/.:hpst";
        string[] starts = ["", "]C1", "]d2", "01", "00", "(01)", "https://id.gs1.org/01/", "0179521141123453"];
        var count = TestScale.Pick(2_000, 50_000, 1_000_000);
        for (var i = 0; i < count; i++)
        {
            var text = starts[random.Next(starts.Length)]
                + string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            try
            {
                Assert.True(ScannedCode.ToHex(text).All(char.IsAsciiHexDigit));
            }
            catch (FormatException e)
            {
                Assert.False(string.IsNullOrWhiteSpace(e.Message));
            }
        }
    }
}
