namespace EdgeGateway.Hosting.Tests;

public sealed class SecretFileTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"secret-{Guid.NewGuid():N}");

    [Fact]
    public void What_is_written_is_readable_by_its_owner_alone()
    {
        SecretFile.Write(path, "first"u8);
        SecretFile.Write(path, "second\n"u8);

        Assert.Equal("second", SecretFile.Read(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_file_that_others_can_read_or_change_is_refused(UnixFileMode open)
    {
        SecretFile.Write(path, "password"u8);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | open);

        var refusal = Assert.Throws<IOException>(() => SecretFile.Read(path));
        Assert.Contains("chmod 600", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(path);
}
