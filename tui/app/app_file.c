/*
 * Files that the user names: the broker opens them, this process has given up the file system.
 */
#include "tui/app/app_inside.h"
#include "tui/confine/broker.h"

void app_file(void *user, enum host_file act, const char *path, const char *name, host_filed filed,
	      void *filed_user)
{
	static const enum broker_kind kinds[] = {
		[HOST_FILE_OPEN] = BROKER_OPEN,
		[HOST_FILE_MAKE] = BROKER_MAKE,
		[HOST_FILE_FINISH] = BROKER_FINISH,
		[HOST_FILE_DROP] = BROKER_DROP,
		[HOST_FILE_LIST] = BROKER_LIST,
	};
	struct app *app = user;

	if (app->parts->broker)
		broker_file(app->parts->broker, kinds[act], path, name, filed, filed_user);
	else
		filed(false, -1, "There is nobody to open files here.", filed_user);
}
