using EdgeGateway.Testing;

namespace EdgeGateway.Contracts.Tests.Epc;

public sealed class EpcTests
{
    private static readonly byte[] Headers = [0x30, 0x31, 0x32, 0x33, 0x34, 0xF1, 0xF2, 0xF7, 0xF9, 0xFA];

    [Theory]
    [InlineData("3074257BF7194E4000001A85", "sgtin-96:3.0614141.812345.6789", "80614141123458", null)]
    [InlineData("3066C4409047E140075BCD15", "sgtin-96:3.95060001343.05.123456789", "09506000134352", null)]
    [InlineData("30340242201D8840009EFDF7", "sgtin-96:1.0037000.030241.10419703", "00037000302414", null)]
    [InlineData("3174257BF4499602D2000000", "sscc-96:3.0614141.1234567890", null, "106141412345678908")]
    [InlineData("3274257BF46072000000162E", "sgln-96:3.0614141.12345.5678", null, null)]
    [InlineData("3374257BF40C0E400000162E", "grai-96:3.0614141.12345.5678", null, null)]
    [InlineData("3474257BF40000000000162E", "giai-96:3.0614141.5678", null, null)]
    public void A_96_bit_tag_reads_as_the_standard_says_and_is_made_from_its_uri(string hex, string tagUri, string? gtin, string? sscc)
    {
        var tag = EpcDecoder.Decode(hex);

        Assert.Equal("urn:epc:tag:" + tagUri, tag.TagUri);
        var (scheme, fields) = (tagUri[..tagUri.IndexOf('-')], tagUri[(tagUri.IndexOf('.') + 1)..]);
        Assert.Equal($"urn:epc:id:{scheme}:{fields}", tag.Uri);
        Assert.Equal(gtin, tag.Gtin);
        Assert.Equal(sscc, tag.Sscc);
        Assert.Equal(hex, EpcEncoder.FromTagUri(tag.TagUri!));
        Assert.Equal(hex, EpcEncoder.FromIdUri(tag.Uri, tag.Filter));
    }

    [Theory]
    [InlineData("F73795211411234538566CB0AFC4", "https://id.gs1.org/01/79521141123453/21/32a%2Fb", 3)]
    [InlineData("FA3952114132E83C2BF10", "https://id.gs1.org/8004/952114132a%2Fb", 3)]
    public void A_plus_tag_reads_as_a_Digital_Link_and_is_made_from_it(string hex, string link, int filter)
    {
        var tag = EpcDecoder.Decode(hex);

        Assert.Equal(link, tag.Uri);
        Assert.Equal(filter, tag.Filter);
        Assert.Equal(hex, EpcEncoder.FromDigitalLink(link, filter));
        Assert.Equal(hex, EpcEncoder.Encode(tag));
    }

    [Theory]
    [InlineData("https://id.gs1.org/01/79521141123453/21/12345", EpcText.Integer)]
    [InlineData("https://id.gs1.org/01/79521141123453/21/00012", EpcText.Integer)]
    [InlineData("https://id.gs1.org/01/79521141123453/21/C0FFEE", EpcText.UpperHex)]
    [InlineData("https://id.gs1.org/01/79521141123453/21/c0ffee", EpcText.LowerHex)]
    [InlineData("https://id.gs1.org/01/79521141123453/21/Zz-_9", EpcText.Base64)]
    [InlineData("https://id.gs1.org/01/79521141123453/21/AB.CD%3AE", EpcText.Code40)]
    [InlineData("https://id.gs1.org/01/79521141123453/21/a%2Bb%22c", EpcText.Ascii)]
    [InlineData("https://id.gs1.org/00/106141412345678908", null)]
    [InlineData("https://id.gs1.org/414/9521141111116/254/32a%2Fb", EpcText.Ascii)]
    [InlineData("https://id.gs1.org/8003/09521141111116X-7", EpcText.Code40)]
    [InlineData("https://id.gs1.org/8004/95211417", null)]
    [InlineData("https://id.gs1.org/8004/9521141A.7", EpcText.Code40)]
    public void A_link_takes_the_shortest_encoding_and_comes_back(string link, EpcText? encoding)
    {
        var tag = EpcDecoder.Decode(EpcEncoder.FromDigitalLink(link, filter: 5));

        Assert.Equal(link, tag.Uri);
        Assert.Equal(encoding, tag.TextEncoding);
        Assert.Equal(5, tag.Filter);
    }

    [Fact]
    public void A_plus_tag_names_its_trade_item_or_logistic_unit()
    {
        Assert.Equal("79521141123453", EpcDecoder.Decode("F73795211411234538566CB0AFC4").Gtin);
        Assert.Equal("106141412345678908", EpcDecoder.Decode("F93106141412345678908000").Sscc);
    }

    [Fact]
    public void Data_after_the_key_of_a_plus_tag_is_kept()
    {
        var tag = EpcDecoder.Decode("F9B106141412345678908ABC");

        Assert.Equal("https://id.gs1.org/00/106141412345678908", tag.Uri);
        Assert.Equal("ABC", tag.DataAfterKey);
        Assert.Equal("F9B106141412345678908ABC", EpcEncoder.Encode(tag));
    }

    [Theory]
    [InlineData("E28011606000020A6681F23F", "a factory tag")]
    [InlineData("307C257BF7194E4000001A85", "partition 7")]
    [InlineData("3174257BF4499602D2000001", "reserved bits of an SSCC set")]
    [InlineData("3077FFFFF7194E4000001A85", "a company prefix with a digit too many")]
    [InlineData("3074257BF7FFFFC000001A85", "an item reference with a digit too many")]
    [InlineData("3074257BF7194E4000001A850", "more than 96 bits")]
    [InlineData("3074257BF7194E40", "fewer than 96 bits")]
    [InlineData("F73795211411234548566CB0AFC4", "a wrong check digit")]
    [InlineData("F7379521141123453A566CB0AFC4", "an encoding that is none")]
    [InlineData("F7379521141123453857", "text cut short")]
    [InlineData("F93106141412345678908001", "bits after the key that nothing announces")]
    [InlineData("F931061414123456789A8000", "a digit above nine")]
    [InlineData("", "nothing")]
    [InlineData("3", "half a byte")]
    [InlineData("GG", "no hex")]
    public void What_breaks_its_scheme_stays_raw(string hex, string why)
    {
        var tag = EpcDecoder.Decode(hex);

        Assert.True(tag.Scheme == EpcScheme.Raw, why);
        Assert.Equal("raw:" + hex, tag.Uri);
        Assert.Equal(hex, EpcEncoder.Encode(tag));
    }

    [Fact]
    public void Lower_case_hex_is_the_same_tag() =>
        Assert.Equal(EpcDecoder.Decode("3074257BF7194E4000001A85"), EpcDecoder.Decode("3074257bf7194e4000001a85"));

    [Theory]
    [InlineData("urn:epc:tag:sgtin-96:8.0614141.812345.6789")]
    [InlineData("urn:epc:tag:sgtin-96:3.0614141.81234.6789")]
    [InlineData("urn:epc:tag:sgtin-96:3.06141.812345.6789")]
    [InlineData("urn:epc:tag:sgtin-96:3.0614141.812345.274877906944")]
    [InlineData("urn:epc:tag:sgtin-96:3.0614141.812345.06789")]
    [InlineData("urn:epc:tag:sgtin-96:3.0614141.812345")]
    [InlineData("urn:epc:tag:sgtin-96:3.06141x1.812345.6789")]
    [InlineData("urn:epc:tag:gid-96:3.1.1")]
    public void What_does_not_fit_on_a_tag_is_refused(string uri) =>
        Assert.Throws<FormatException>(() => EpcEncoder.FromTagUri(uri));

    [Theory]
    [InlineData("https://id.gs1.org/01/79521141123450/21/1")]
    [InlineData("https://id.gs1.org/01/79521141123453")]
    [InlineData("https://id.gs1.org/01/79521141123453/21/123456789012345678901")]
    [InlineData("https://id.gs1.org/01/79521141123453/21/%C3%A9")]
    [InlineData("https://id.gs1.org/8004/95a")]
    [InlineData("https://id.gs1.org/8003/19521141111116X")]
    [InlineData("ftp://id.gs1.org/00/106141412345678908")]
    [InlineData("not a link")]
    public void A_link_that_no_tag_can_hold_is_refused(string link) =>
        Assert.Throws<FormatException>(() => EpcEncoder.FromDigitalLink(link, 0));

    [Fact]
    public void Random_tags_never_throw_and_encode_to_the_bits_they_were_decoded_from()
    {
        var random = new Random(20260102);
        var count = TestScale.Pick(quick: 5_000, normal: 50_000, @long: 1_000_000);
        var understood = 0;
        for (var i = 0; i < count; i++)
        {
            var bytes = new byte[i % 3 == 0 ? random.Next(0, 64) : 12 + (2 * random.Next(0, 4))];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && i % 4 != 0)
            {
                bytes[0] = Headers[random.Next(Headers.Length)];
            }

            var hex = Convert.ToHexString(bytes);
            var tag = EpcDecoder.Decode(hex);

            Assert.Equal(hex, tag.Hex);
            Assert.Equal(hex, EpcEncoder.Encode(tag));
            understood += tag.Scheme == EpcScheme.Raw ? 0 : 1;
        }

        Assert.True(understood > count / 100, $"only {understood} of {count} were more than raw");
    }

    [Fact]
    public void Tags_made_of_random_fields_come_back_in_every_scheme_partition_and_encoding()
    {
        var random = new Random(20260103);
        var count = TestScale.Pick(quick: 2_000, normal: 20_000, @long: 500_000);
        for (var i = 0; i < count; i++)
        {
            var hex = i % 2 == 0 ? EpcEncoder.FromTagUri(RandomTagUri(random)) : EpcEncoder.FromDigitalLink(RandomLink(random), random.Next(8));
            hex = hex.PadRight((hex.Length + 3) / 4 * 4, '0');
            var tag = EpcDecoder.Decode(hex);

            Assert.NotEqual(EpcScheme.Raw, tag.Scheme);
            Assert.Equal(hex, EpcEncoder.Encode(tag));
        }
    }

    [Theory]
    [InlineData("629104150021", '3')]
    [InlineData("8061414112345", '8')]
    [InlineData("10614141234567890", '8')]
    [InlineData("", '0')]
    public void Check_digits_are_those_of_the_standard(string digits, char check) => Assert.Equal(check, CheckDigit.Of(digits));

    private static string RandomTagUri(Random random)
    {
        var prefix = random.Next(6, 13);
        string[] names = ["sgtin", "sscc", "sgln", "grai", "giai"];
        var name = names[random.Next(names.Length)];
        var fields = name switch
        {
            "sgtin" => $"{Digits(random, 13 - prefix)}.{random.NextInt64(1L << 38)}",
            "sscc" => Digits(random, 17 - prefix),
            "sgln" => $"{Digits(random, 12 - prefix)}.{random.NextInt64(1L << 41)}",
            "grai" => $"{Digits(random, 12 - prefix)}.{random.NextInt64(1L << 38)}",
            _ => $"{random.NextInt64(1L << 42)}",
        };
        return $"urn:epc:tag:{name}-96:{random.Next(8)}.{Digits(random, prefix)}.{fields}";
    }

    private static string RandomLink(Random random)
    {
        string[] alphabets = ["0123456789", "0123456789ABCDEF", "0123456789abcdef", "AZaz09-_", "AZ-.:09", "!\"%&'()*+,/;<=>?az"];
        var text = Uri.EscapeDataString(string.Concat(
            random.GetItems(alphabets[random.Next(alphabets.Length)].ToCharArray(), random.Next(1, 17))));
        return "https://id.gs1.org" + random.Next(5) switch
        {
            0 => $"/01/{Checked(random, 13)}/21/{text}",
            1 => $"/00/{Checked(random, 17)}",
            2 => $"/414/{Checked(random, 12)}/254/{text}",
            3 => $"/8003/0{Checked(random, 12)}{text}",
            _ => $"/8004/{Digits(random, random.Next(4, 13))}{text}",
        };
    }

    private static string Digits(Random random, int count) => string.Concat(random.GetItems("0123456789".ToCharArray(), count));

    private static string Checked(Random random, int count)
    {
        var digits = Digits(random, count);
        return digits + CheckDigit.Of(digits);
    }
}
