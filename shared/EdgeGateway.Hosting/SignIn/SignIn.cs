using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Hosting;

/// <summary>
/// Sign-in for a page and its API: a session cookie that outlives a restart, everything closed unless it says
/// <c>AllowAnonymous</c>, ten tries a minute, a strict content security policy, and no foreign origin may change anything.
/// </summary>
public static class SignIn
{
    private const int TriesPerMinute = 10;
    private const string TriesPolicy = "sign-in";
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    /// <param name="services">The application's services; an <see cref="ICredentials"/> must be among them.</param>
    /// <param name="stateFolder">Keys of the session cookies are kept here in <c>keys</c>, readable by the service alone.</param>
    public static IServiceCollection AddSignIn(this IServiceCollection services, string stateFolder)
    {
        var keys = Directory.CreateDirectory(Path.Combine(stateFolder, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        services.AddDataProtection().SetApplicationName("EdgeGateway").PersistKeysToFileSystem(keys);
        // It warns that the keys are not encrypted at rest; their folder's mode is what guards them.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "session";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = SessionLength;
            cookie.Events.OnRedirectToLogin = context => Refuse(context.Response, StatusCodes.Status401Unauthorized, "sign in first");
            cookie.Events.OnRedirectToAccessDenied = context => Refuse(context.Response, StatusCodes.Status403Forbidden, "not allowed");
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.AddPolicy(TriesPolicy, _ => RateLimitPartition.GetFixedWindowLimiter(
                "everybody", _ => new FixedWindowRateLimiterOptions { PermitLimit = TriesPerMinute, Window = TimeSpan.FromMinutes(1) }));
        });
        return services;
    }

    /// <summary>Headers, the page's files from <paramref name="pageFolder"/> if it is there, then the session.</summary>
    public static void UseSignIn(this WebApplication app, string pageFolder)
    {
        app.Use(Guard);
        if (Directory.Exists(pageFolder))
        {
            var files = new PhysicalFileProvider(pageFolder);
            app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
            app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
        }

        // Named here so that files above are served before a session is asked for.
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary><c>POST /api/sign-in</c>, <c>/api/sign-out</c> and <c>/api/password</c> (at a gateway), <c>GET /api/session</c>.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/sign-in", async (SignInRequest request, ICredentials credentials, HttpContext http) =>
        {
            if (credentials.Verify(request) is not { } user)
            {
                return Results.Json(new { error = "that code or password is not right" }, statusCode: StatusCodes.Status401Unauthorized);
            }

            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], CookieAuthenticationDefaults.AuthenticationScheme);
            await http.SignInAsync(new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
            return Results.Json(new { user });
        }).AllowAnonymous().RequireRateLimiting(TriesPolicy);

        routes.MapPost("/api/sign-out", async (HttpContext http) =>
        {
            await http.SignOutAsync();
            return Results.NoContent();
        });

        routes.MapPost("/api/password", (PasswordRequest request, ICredentials credentials) =>
            credentials is not GatewayCredentials gateway ? Results.NotFound(new { error = "users' passwords are set by edge-cloud user add" })
            : gateway.SetPassword(request.Password ?? "") is { } wrong ? Results.Json(new { error = wrong }, statusCode: StatusCodes.Status422UnprocessableEntity)
            : Results.NoContent());

        routes.MapGet("/api/session", (HttpContext http, ICredentials credentials) => Results.Json(new
        {
            user = http.User.Identity?.Name,
            hasPassword = credentials is not GatewayCredentials gateway || gateway.HasPassword,
        })).AllowAnonymous();
    }

    private static Task Guard(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (!HttpMethods.IsGet(http.Request.Method)
            && http.Request.Headers.Origin is [{ } origin]
            && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Authority != http.Request.Host.Value))
        {
            return Refuse(http.Response, StatusCodes.Status403Forbidden, "a page from elsewhere may not change anything here");
        }

        return next(http);
    }

    private static Task Refuse(HttpResponse response, int status, string error)
    {
        response.StatusCode = status;
        return response.WriteAsJsonAsync(new { error });
    }

    internal sealed record PasswordRequest(string? Password);
}
