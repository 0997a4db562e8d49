using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Hosting;

/// <summary>
/// A gateway has no default password: whoever can read its journal gets a one-time code, signs in with it and may then
/// choose a password. The password's hash is the only thing kept; deleting that file brings the code back.
/// </summary>
public sealed class GatewayCredentials : ICredentials
{
    public const string Technician = "technician";
    public const int MinPasswordLength = 10;
    public const int MaxPasswordLength = 256;

    // Without the letters and digits that are mistaken for each other on a cold screen.
    private const string CodeAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    private const int CodeLength = 8;

    private readonly Lock gate = new();
    private readonly PasswordHasher<string> hasher = new();
    private readonly string hashFile;
    private readonly ILogger log;
    private string code = "";

    /// <param name="folder">The service's state folder; the hash lies there as <c>password.hash</c>.</param>
    /// <param name="log">The code is printed here.</param>
    public GatewayCredentials(string folder, ILogger log)
    {
        this.log = log;
        hashFile = Path.Combine(folder, "password.hash");
        if (!HasPassword)
        {
            PrintCode();
        }
    }

    public bool HasPassword => File.Exists(hashFile);

    public string? Verify(SignInRequest request)
    {
        lock (gate)
        {
            if (request.Code is { } given && code.Length > 0 && Same(given.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant(), code))
            {
                code = "";
                if (!HasPassword)
                {
                    PrintCode();
                }

                return Technician;
            }
        }

        return request.Password is { Length: <= MaxPasswordLength } password && HasPassword
            && hasher.VerifyHashedPassword(Technician, SecretFile.Read(hashFile), password) != PasswordVerificationResult.Failed
            ? Technician
            : null;
    }

    /// <summary>Sets the password; from then on no code is printed.</summary>
    /// <returns>What is wrong with it, or null when it was set.</returns>
    public string? SetPassword(string password)
    {
        if (password.Length is < MinPasswordLength or > MaxPasswordLength)
        {
            return $"choose a password of {MinPasswordLength} to {MaxPasswordLength} characters";
        }

        lock (gate)
        {
            SecretFile.Write(hashFile, Encoding.ASCII.GetBytes(hasher.HashPassword(Technician, password)));
            code = "";
        }

        return null;
    }

    private static bool Same(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private void PrintCode()
    {
        code = RandomNumberGenerator.GetString(CodeAlphabet, CodeLength);
        log.LogInformation("sign in on the page with the one-time code {Code}; a new one is printed once it is used", code.Insert(CodeLength / 2, "-"));
    }
}
