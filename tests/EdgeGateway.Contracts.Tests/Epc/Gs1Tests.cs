using EdgeGateway.Testing;

namespace EdgeGateway.Contracts.Tests.Epc;

public sealed class Gs1Tests
{
    [Theory]
    [InlineData("]C101095060001343521721123110ABC123\u001D2112345X")]
    [InlineData("01095060001343521721123110ABC123\u001D2112345X")]
    [InlineData("(01)09506000134352(17)211231(10)ABC123(21)12345X")]
    public void An_element_string_gives_its_elements(string scanned)
    {
        var code = Gs1.Parse(scanned);

        Assert.Equal("09506000134352", code.Gtin);
        Assert.Equal(new DateOnly(2021, 12, 31), code.Expiry);
        Assert.Equal("ABC123", code.Batch);
        Assert.Equal("12345X", code.Serial);
        Assert.Equal("https://id.gs1.org/01/09506000134352/21/12345X", code.Uri);
    }

    [Theory]
    [InlineData("9506000134352", "09506000134352")]
    [InlineData("]E09506000134352", "09506000134352")]
    [InlineData("036000291452", "00036000291452")]
    [InlineData("96385074", "00000096385074")]
    [InlineData("80614141123458", "80614141123458")]
    [InlineData("https://example.com/shop/01/9506000134352?x=1", "09506000134352")]
    public void A_retail_barcode_or_link_gives_the_trade_item(string scanned, string gtin)
    {
        var code = Gs1.Parse(scanned);

        Assert.Equal(gtin, code.Gtin);
        Assert.Equal("https://id.gs1.org/01/" + gtin, code.Uri);
    }

    [Theory]
    [InlineData("00106141412345678908")]
    [InlineData("106141412345678908")]
    [InlineData("(00)106141412345678908")]
    [InlineData("https://id.gs1.org/00/106141412345678908")]
    public void A_pallet_label_gives_the_logistic_unit(string scanned) =>
        Assert.Equal("106141412345678908", Gs1.Parse(scanned).Sscc);

    [Theory]
    [InlineData("PLT-4711")]
    [InlineData("9506000134353")]
    [InlineData("(01)09506000134353")]
    [InlineData("(01)0950600013435")]
    [InlineData("(x)1")]
    [InlineData("(")]
    [InlineData("]C1")]
    [InlineData("]C199")]
    [InlineData("https://id.gs1.org/01/9506000134353")]
    [InlineData("https://example.com/")]
    [InlineData("")]
    public void Anything_else_is_a_plain_code(string scanned)
    {
        var code = Gs1.Parse(scanned);

        Assert.Empty(code.Elements);
        Assert.Null(code.Uri);
    }

    [Fact]
    public void An_expiry_without_a_day_is_the_end_of_the_month() =>
        Assert.Equal(new DateOnly(2028, 2, 29), Gs1.Parse("(01)09506000134352(17)280200").Expiry);

    [Fact]
    public void An_expiry_that_is_no_date_is_none() => Assert.Null(Gs1.Parse("(01)09506000134352(17)281399").Expiry);

    [Fact]
    public void Random_keystrokes_never_throw()
    {
        var random = new Random(7);
        var characters = "0123456789()]C1dQeE\u001Dabc/:.%-ht tps".ToCharArray();
        var count = TestScale.Pick(quick: 5_000, normal: 50_000, @long: 1_000_000);
        for (var i = 0; i < count; i++)
        {
            var text = string.Concat(random.GetItems(characters, random.Next(0, 40)));
            var code = Gs1.Parse(i % 3 == 0 ? "https://id.gs1.org/" + text : i % 3 == 1 ? "]C1" + text : text);

            Assert.True(code.Expiry is null || code.Expiry.Value.Year >= 2000);
            Assert.True(code.Uri is null || code.Elements.Count > 0);
        }
    }
}
