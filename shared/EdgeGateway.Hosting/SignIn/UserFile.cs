using System.Text.Json;
using Microsoft.AspNetCore.Identity;

namespace EdgeGateway.Hosting;

/// <summary>Users of the cloud: a JSON object of name to password hash, mode 600, written by <c>edge-cloud user add</c>.</summary>
public sealed class UserFile(string path) : ICredentials
{
    public const int MinPasswordLength = 10;
    private const int MaxLength = 256;

    private static readonly PasswordHasher<string> Hasher = new();

    // Verified for a name that does not exist, so that the answer takes as long.
    private static readonly string NobodysHash = Hasher.HashPassword("", Guid.NewGuid().ToString());

    /// <summary>Reads the file each time: a user who was removed is out at once.</summary>
    public string? Verify(SignInRequest request)
    {
        if (request.User is not { Length: > 0 and <= MaxLength } user || request.Password is not { Length: <= MaxLength } password)
        {
            return null;
        }

        var hash = Read().GetValueOrDefault(user);
        var matches = Hasher.VerifyHashedPassword(user, hash ?? NobodysHash, password) != PasswordVerificationResult.Failed;
        return matches && hash is not null ? user : null;
    }

    /// <summary>Adds a user or changes a password.</summary>
    /// <returns>What is wrong with the name or password, or null when it was written.</returns>
    public string? Set(string user, string password)
    {
        if (user.Length is 0 or > 64)
        {
            return "a user name has 1 to 64 characters";
        }

        if (password.Length is < MinPasswordLength or > MaxLength)
        {
            return $"choose a password of {MinPasswordLength} to {MaxLength} characters";
        }

        var users = Read();
        users[user] = Hasher.HashPassword(user, password);
        SecretFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(users));
        return null;
    }

    private Dictionary<string, string> Read() =>
        File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(SecretFile.Read(path))! : [];
}
