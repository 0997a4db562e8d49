using System.Text;
using EdgeGateway.Devices.Gpsd;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Gpsd;

/// <summary>Objects of gpsd's protocol, good and bad.</summary>
public sealed class GpsdMessageTests
{
    private const string Recorded =
        """{"class":"TPV","device":"/dev/pts/1","time":"2005-06-08T10:34:48.283Z","lat":46.498293369,"lon":7.567411672,"eph":36.000,"track":10.3788,"speed":0.091,"mode":3}""";

    [Fact]
    public void A_recorded_fix_is_read_whole()
    {
        var message = Parse(Recorded);

        Assert.Equal(("TPV", "/dev/pts/1", 3), (message.Class, message.Receiver, message.Mode));
        Assert.Equal(new DateTimeOffset(2005, 6, 8, 10, 34, 48, 283, TimeSpan.Zero), message.Time);
        Assert.Equal((46.498293369, 7.567411672, 36.0), (message.Latitude, message.Longitude, message.AccuracyMetres));
        Assert.Equal((10.3788, 0.091), (message.CourseDegrees, message.SpeedMetresPerSecond));
    }

    [Fact]
    public void Of_a_fix_only_class_and_mode_are_certain()
    {
        var message = Parse("""{"class":"TPV","mode":1}""");

        Assert.Equal((1, null, null, null), (message.Mode, message.Time, message.Latitude, message.AccuracyMetres));
    }

    [Fact]
    public void The_greater_of_the_two_errors_stands_in_for_the_horizontal_one()
    {
        Assert.Equal(7.5, Parse("""{"class":"TPV","mode":2,"epx":4.1,"epy":7.5}""").AccuracyMetres);
    }

    [Theory]
    [InlineData("""{"class":"DEVICE","path":"/dev/ttyACM0","activated":0}""", true)]
    [InlineData("""{"class":"DEVICE","path":"/dev/ttyACM0","activated":"2026-03-02T06:00:00.000Z"}""", false)]
    public void A_closed_receiver_has_the_activation_time_zero(string json, bool deactivated)
    {
        Assert.Equal(deactivated, Parse(json).Deactivated);
    }

    [Theory]
    [InlineData("""{"class":"DEVICES","devices":[]}""", 0)]
    [InlineData("""{"class":"DEVICES","devices":[{"class":"DEVICE","path":"/dev/a"},{"class":"DEVICE","path":"/dev/b"}]}""", 2)]
    public void Receivers_are_counted(string json, int receivers)
    {
        Assert.Equal(receivers, Parse(json).Receivers);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "class")]
    [InlineData("$GPRMC,060009.00,V", "JSON")]
    [InlineData("""{"class":"TPV","mode":3,"lat":91.0}""", "lat")]
    [InlineData("""{"class":"TPV","mode":3,"lon":-180.5}""", "lon")]
    [InlineData("""{"class":"TPV","mode":7}""", "mode")]
    [InlineData("""{"class":"TPV","mode":"3"}""", "type")]
    [InlineData("""{"class":"TPV","mode":3,"time":"yesterday"}""", "time")]
    [InlineData("""{"class":"TPV","mode":3,"lat":1e999}""", "lat")]
    [InlineData("""{"class":null}""", "null")]
    [InlineData("""{"class":"DEVICES","devices":3}""", "devices")]
    [InlineData("""{"class":"TPV","mode":3""", "JSON")]
    public void A_bad_object_is_refused_with_its_reason(string json, string reason)
    {
        var error = Assert.Throws<FormatException>(() => Parse(json));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_bytes_arrive_are_read_or_refused()
    {
        var random = new Random(2947);
        var count = TestScale.Pick(2_000, 20_000, 1_000_000);
        for (var i = 0; i < count; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Recorded);
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var error = Record.Exception(() => GpsdMessage.Parse(bytes.AsSpan(0, random.Next(bytes.Length + 1))));
            Assert.True(error is null or FormatException, $"{error} for {Encoding.Latin1.GetString(bytes)}");
        }
    }

    private static GpsdMessage Parse(string json) => GpsdMessage.Parse(Encoding.UTF8.GetBytes(json));
}
